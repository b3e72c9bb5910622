"""What the application's own column types are in the database; migrations do not import the application."""

from sqlalchemy import DateTime, Numeric, Text


def ExactDecimal():  # noqa: N802 (named as the type it stands for)
    return Text().with_variant(Numeric(), "postgresql")


def Moment():  # noqa: N802 (named as the type it stands for)
    return DateTime(timezone=True)


def Json():  # noqa: N802 (named as the type it stands for)
    return Text()
