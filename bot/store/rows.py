"""Rows of the ledger ↔ the values of the domain. Each table's columns are its dataclass's fields, name by name."""

from dataclasses import fields
from typing import Any

from sqlalchemy import Row

from bot.domain.deliveries import Delivery
from bot.domain.digests import Digest
from bot.domain.parts import Part


def digest_of(row: Row[Any]) -> Digest:
    """The digest of a row of ``digests``."""
    return Digest(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name, underscored to keep clear of column names


def delivery_of(row: Row[Any]) -> Delivery:
    """The delivery of a row of ``deliveries``."""
    return Delivery(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name, underscored to keep clear of column names


def part_of(row: Row[Any]) -> Part:
    """The part of a row of ``parts``."""
    return Part(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name, underscored to keep clear of column names


def columns(value: Digest | Delivery | Part) -> dict[str, Any]:
    """The value's fields, as columns to insert."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def differences(before: Digest | Delivery | Part, after: Digest | Delivery | Part) -> dict[str, Any]:
    """The fields of ``after`` that ``before`` has otherwise, as columns to update."""
    return {name: value for name, value in columns(after).items() if value != getattr(before, name)}
