"""The database: SQLite or PostgreSQL behind one URL."""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import sqlalchemy

# SQLAlchemy's package for asyncio loads its object mapper, which nothing here uses: 7 MB, and a twentieth of the start. So its engine is
# loaded without the rest of the package, which is as usual for whoever imports it later.
if (_name := "sqlalchemy.ext.asyncio") not in sys.modules:
    _package = sys.modules[_name] = ModuleType(_name)
    _package.__path__ = [str(Path(sqlalchemy.__file__).parent / "ext" / "asyncio")]
    import_module(f"{_name}.engine")
    del sys.modules[_name]
