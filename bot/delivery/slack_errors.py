"""Slack's error codes in classes; each class has one remedy.

Slack's documentation: the errors of "chat.postMessage", "files.getUploadURLExternal" and "files.completeUploadExternal".
"""

from enum import StrEnum


class SlackErrorClass(StrEnum):
    """What an error code of Slack means for a delivery."""

    #: Certainly not posted; a later try may succeed.
    LATER = "later"
    #: The bot is not a member of the channel.
    NOT_IN_CHANNEL = "not_in_channel"
    #: The channel is archived, or gone.
    CHANNEL_GONE = "channel_gone"
    #: Slack's code both for a private channel without the bot and for a channel that does not exist.
    CHANNEL_UNSEEN = "channel_unseen"
    #: The workspace, the channel or a missing scope does not let the bot post there.
    NOT_ALLOWED = "not_allowed"
    #: Our own code: another company sees the channel, and no administrator has allowed that.
    CHANNEL_SHARED = "channel_shared"
    #: The token is no longer valid: nothing can be posted in this workspace.
    TOKEN_GONE = "token_gone"  # noqa: S105 - the name of an error class
    #: Slack refuses the message itself: a bug of this bot.
    OUR_FAULT = "our_fault"
    #: Slack reports a failure that does not exclude a post: the channel's history must be read.
    UNKNOWN = "unknown"


_CODES = {
    # Slack's own words on the last: the workspace is not available until its migration is complete.
    SlackErrorClass.LATER: """
        ratelimited rate_limited message_limit_exceeded service_unavailable team_added_to_org request_timeout accesslimited
        enterprise_is_migrating org_login_required
    """,
    SlackErrorClass.NOT_IN_CHANNEL: "not_in_channel",
    SlackErrorClass.CHANNEL_GONE: "is_archived channel_is_limited_access is_inactive user_not_found user_not_visible cannot_dm_bot",
    SlackErrorClass.CHANNEL_UNSEEN: "channel_not_found",
    SlackErrorClass.NOT_ALLOWED: """
        access_denied as_user_not_supported cannot_reply_to_message blocked_file_type ekm_access_denied file_type_not_allowed
        file_upload_size_restricted file_uploads_disabled file_uploads_except_images_disabled messages_tab_disabled method_deprecated
        missing_scope no_permission not_allowed_token_type posting_to_channel_denied posting_to_general_channel_denied restricted_action
        restricted_action_non_threadable_channel restricted_action_read_only_channel restricted_action_thread_locked
        restricted_action_thread_only_channel slack_connect_blocked_file_type slack_connect_canvas_sharing_blocked
        slack_connect_clip_sharing_blocked slack_connect_file_upload_sharing_blocked slack_connect_lists_sharing_blocked
        storage_limit_reached team_access_not_granted team_not_found two_factor_setup_required user_disabled
    """,
    SlackErrorClass.CHANNEL_SHARED: "channel_is_shared",
    SlackErrorClass.TOKEN_GONE: "account_inactive invalid_auth not_authed token_expired token_revoked",
    SlackErrorClass.OUR_FAULT: """
        attachment_payload_limit_exceeded block_mismatch file_not_found invalid_arg_name invalid_arguments invalid_array_arg
        invalid_attachments invalid_blocks invalid_blocks_format invalid_channel invalid_charset invalid_form_data invalid_metadata_format
        invalid_metadata_schema invalid_post_type invalid_json json_not_object malware_detected markdown_text_conflict
        metadata_must_be_sent_from_app metadata_too_large missing_post_type msg_blocks_too_long msg_too_long no_text thread_not_found
        too_many_attachments too_many_contact_cards
    """,
    # Slack's own words on both: "It's possible some aspect of the operation succeeded before the error was raised."
    SlackErrorClass.UNKNOWN: "fatal_error internal_error",
}

#: Code → class, built once.
_CLASSES = {code: its_class for its_class, codes in _CODES.items() for code in codes.split()}


def error_class(code: str) -> SlackErrorClass:
    return _CLASSES.get(code, SlackErrorClass.UNKNOWN)


def is_known(code: str) -> bool:
    """Whether the code is in the table; an unknown code that keeps coming back counts as a refusal."""
    return code in _CLASSES
