"""Uploaded files, in the two steps of Slack's external upload."""

from dataclasses import dataclass, replace
from typing import Any

from bot.sandbox.slack.ids import Ids
from bot.sandbox.slack.people import BOT_USER_ID


@dataclass(frozen=True, slots=True)
class SlackFile:
    """A file, announced or uploaded."""

    id: str
    name: str
    length: int
    """Bytes announced."""
    title: str = ""
    content: bytes | None = None
    """None until it was uploaded."""
    shared: bool = False

    def as_slack(self, base_url: str) -> dict[str, Any]:
        """The file object of messages and answers."""
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title or self.name,
            "filetype": self.name.rpartition(".")[2],
            "size": self.length,
            "user": BOT_USER_ID,
            "mode": "hosted",
            "url_private": f"{base_url}/files/{self.id}",
            "url_private_download": f"{base_url}/files/{self.id}",
        }


class Files:
    """Every file of the workspace."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._files: dict[str, SlackFile] = {}
        self._tickets: dict[str, str] = {}

    def announce(self, name: str, length: int) -> tuple[SlackFile, str]:
        """Announces a file; returns it with the ticket at the end of its upload address."""
        file = SlackFile(self._ids.code("F"), name, length)
        ticket = self._ids.secret(24)
        self._tickets[ticket] = file.id
        self._files[file.id] = file
        return file, ticket

    def upload(self, ticket: str, content: bytes) -> SlackFile | None:
        """The file with its content, or None when there is no such ticket or its length is not as announced."""
        file = self._files.get(self._tickets.get(ticket, ""))
        if file is None or len(content) != file.length:
            return None
        return self._keep(replace(file, content=content))

    def share(self, file: SlackFile, title: str) -> SlackFile:
        """The file as shared in a conversation."""
        return self._keep(replace(file, title=title, shared=True))

    def find(self, file_id: str) -> SlackFile | None:
        """The file with this id, or None."""
        return self._files.get(file_id)

    def remove(self, file: SlackFile) -> None:
        """Deletes the file."""
        del self._files[file.id]

    def _keep(self, file: SlackFile) -> SlackFile:
        self._files[file.id] = file
        return file
