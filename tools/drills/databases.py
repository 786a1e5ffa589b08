"""Databases that are made, copied and dropped again, on either kind."""

import shutil
from pathlib import Path
from uuid import uuid4

import psycopg

from core.settings import EncoderKind, Settings


class Databases:
    """Databases that are copied, with a folder for the index each."""

    def __init__(self, folder: Path, server: str | None) -> None:
        self._folder = folder
        self._server = server

    def make(self) -> Settings:
        """Return the settings of an empty database."""
        name = f"crash_{uuid4().hex[:12]}"
        if self._server is not None:
            self._run(f'CREATE DATABASE "{name}"')
        return self._settings(name)

    def copy(self, of: Settings) -> Settings:
        """Return the settings of a copy, its index included."""
        name = f"crash_{uuid4().hex[:12]}"
        if of.data_dir.exists():
            shutil.copytree(of.data_dir, self._folder / name)
        if self._server is not None:
            self._run(f'CREATE DATABASE "{name}" TEMPLATE "{of.data_dir.name}" STRATEGY FILE_COPY')
        return self._settings(name)

    def drop(self, settings: Settings) -> None:
        """Take one away."""
        shutil.rmtree(settings.data_dir, ignore_errors=True)
        if self._server is not None:
            self._run(f'DROP DATABASE "{settings.data_dir.name}" WITH (FORCE)')

    def _settings(self, name: str) -> Settings:
        data_dir = self._folder / name
        data_dir.mkdir(exist_ok=True)
        url = f"sqlite:///{data_dir / 'landbridge.db'}"
        if self._server is not None:
            url = self._server.replace("/postgres?", f"/{name}?")
        return Settings(_env_file=None, data_dir=data_dir, database_url=url,
                        encoder=EncoderKind.NONE)  # fmt: skip

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._server or "", autocommit=True) as connection:
            connection.execute(statement.encode())
