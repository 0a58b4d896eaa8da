"""Everything this room says to people, in one place: a translation is another file like this one."""


# ── backups ────────────────────

ITSELF = "A backup over the database itself would destroy it."
ITSELF_REMEDY = "Name another file for the backup."
NOT_WRITTEN = "The backup could not be written: {reason}."
NOT_WRITTEN_REMEDY = "Name a file in a folder that exists and that the bot's user may write."

# ── database ────────────────────

NOT_A_URL = "`DATABASE_URL` is not a database's URL."
UNKNOWN_KIND = "`DATABASE_URL` starts with {kind}://, and only sqlite:/// and postgresql:// are known here."
URL_REMEDY = "Write sqlite:///bot.sqlite3 or postgresql://user:password@host/database."
ESCAPE_REMEDY = "In the user and the password write @ as %40, : as %3A, / as %2F and % as %25."
BACKUP_POSTGRESQL = "This backup is for SQLite, and the bot's database is PostgreSQL."
BACKUP_POSTGRESQL_REMEDY = "Use `pg_dump`, which comes with PostgreSQL."
MOVED = "The bot's database file was moved away or replaced while the bot ran."
MOVED_REMEDY = "Put the file where it was and start the bot again: until then it goes on writing into the old one."

# ── postgresql ────────────────────

NOT_OPTIONS = "PostgreSQL does not know every option of `DATABASE_URL` ({options})."
NOT_OPTIONS_REMEDY = "After the question mark write options of libpq, as in ?sslmode=require."
NO_DRIVER = "`DATABASE_URL` names a PostgreSQL database, and the driver for it is not installed."
NO_DRIVER_REMEDY = "Install it: `pip install 'linkedin-stats-bot[postgres]'`"

# ── schema ────────────────────

NEWER = "The bot's database was made by a newer version of this program (its schema is {found}, this version knows up to {known})."
NEWER_REMEDY = "Install the newer version again, or name another database in `DATABASE_URL`."
CHANGED = "The bot's database was changed while the bot ran (its schema is {found}, this version needs {known})."
CHANGED_REMEDY = "Start the bot again, in the version that changed it."

# ── sqlite ────────────────────

NO_FILE = "`DATABASE_URL` names no file: a database in memory would forget everything when the bot stops."
NO_FILE_REMEDY = "Name a file, as in sqlite:///bot.sqlite3, or sqlite:////var/lib/bot/bot.sqlite3 for an absolute path."
OPTIONS = "`DATABASE_URL` has options after the file's name ({options}), and SQLite files take none here."
OPTIONS_REMEDY = "Leave out everything from the question mark on."
NO_FOLDER = "The folder of the bot's database cannot be used: {reason}."
NO_FOLDER_REMEDY = "Name a file in a folder that the bot's user may write."
A_FOLDER = "`DATABASE_URL` names a folder or a device, not a file."
NO_WAL = "The file system under the bot's database cannot share it safely (no write-ahead log)."
NO_WAL_REMEDY = "Put the file on a local disk, or use PostgreSQL."

# ── troubles ────────────────────

LOCKED = "The bot's database was locked for too long by another program."
LOCKED_REMEDY = "Try again in a moment; if it stays, close what else has the database open."
FULL = "The disk that holds the bot's database is full."
FULL_REMEDY = "Ask the person who runs this bot to free some space."
READ_ONLY = "The bot's database cannot be written: it is read-only."
READ_ONLY_REMEDY = "Ask the person who runs this bot to let its user write the database and the folder around it."
DAMAGED = "The file that `DATABASE_URL` names is not a SQLite database, or it is damaged."
DAMAGED_REMEDY = "Name another file, or put a backup in its place."
CANNOT_OPEN = "The bot's database file cannot be opened."
BUSY = "The bot's database has too much to do just now."
BUSY_REMEDY = "Try again in a moment."
UNREACHABLE = "PostgreSQL cannot be reached{place}."
UNREACHABLE_REMEDY = "Ask the person who runs this bot whether it is running, and to look at `DATABASE_URL`."
REFUSED = "PostgreSQL refuses the user or the password of `DATABASE_URL`{place}."
REFUSED_REMEDY = "Set a user and a password that PostgreSQL accepts."
NO_SUCH_DATABASE = "PostgreSQL has no database of the name in `DATABASE_URL`{place}."
NO_SUCH_DATABASE_REMEDY = "Create it with `createdb`, or name another."
NOT_PERMITTED = "PostgreSQL does not let the user of `DATABASE_URL` do this{place}."
NOT_PERMITTED_REMEDY = "Make that user the owner of the database, or give it the rights to create and change tables."
