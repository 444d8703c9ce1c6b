package sqlite

// Version is the number of the schema that this program reads and writes; it
// stands in PRAGMA user_version.
const Version = 7

// refsSince is the version from which on a file knows who names which blob.
const refsSince = 7

// migrations lead from each version to the next. They go forward only; each
// runs in one transaction, after a backup.
var migrations = [Version]string{
	`
CREATE TABLE flow (
	path    TEXT PRIMARY KEY CHECK (path <> ''),
	summary TEXT NOT NULL,
	steps   INTEGER NOT NULL CHECK (steps >= 0),
	json    BLOB NOT NULL,
	problem TEXT NOT NULL,
	updated INTEGER NOT NULL
) STRICT;

CREATE TABLE flow_version (
	hash    TEXT PRIMARY KEY CHECK (length(hash) = 64),
	data    BLOB NOT NULL,
	created INTEGER NOT NULL
) STRICT;

CREATE TABLE run (
	id           INTEGER PRIMARY KEY,
	uuid         TEXT NOT NULL UNIQUE CHECK (length(uuid) = 36),
	flow         TEXT NOT NULL REFERENCES flow_version (hash),
	name         TEXT NOT NULL,
	path         TEXT NOT NULL,
	status       TEXT NOT NULL CHECK (status IN ('running', 'suspended', 'sleeping', 'done')),
	outcome      TEXT NOT NULL,
	started      INTEGER NOT NULL,
	ended        INTEGER,
	trigger_kind TEXT NOT NULL,
	trigger_by   TEXT NOT NULL,
	damaged      TEXT CHECK (damaged <> ''),
	CHECK ((status = 'done') = (outcome <> '')),
	CHECK ((status = 'done') = (ended IS NOT NULL))
) STRICT;
CREATE INDEX run_running ON run (id) WHERE status = 'running';
CREATE INDEX run_damaged ON run (id) WHERE damaged IS NOT NULL;
CREATE INDEX run_open ON run (id) WHERE status <> 'done';

CREATE TABLE entry (
	id   INTEGER PRIMARY KEY,
	run  INTEGER NOT NULL REFERENCES run (id),
	seq  INTEGER NOT NULL CHECK (seq >= 1),
	at   INTEGER NOT NULL,
	type TEXT NOT NULL CHECK (type <> ''),
	data TEXT NOT NULL,
	UNIQUE (run, seq)
) STRICT;

CREATE TABLE blob (
	hash TEXT PRIMARY KEY CHECK (length(hash) = 64),
	data BLOB NOT NULL
) STRICT;

CREATE TABLE job (
	id      INTEGER PRIMARY KEY,
	run     INTEGER NOT NULL REFERENCES run (id),
	step    TEXT NOT NULL,
	attempt INTEGER NOT NULL CHECK (attempt >= 1),
	uuid    TEXT NOT NULL UNIQUE CHECK (length(uuid) = 36),
	state   TEXT NOT NULL CHECK (state IN ('queued', 'started')),
	at      INTEGER NOT NULL,
	UNIQUE (run, step, attempt)
) STRICT;

CREATE TABLE timer (
	id   INTEGER PRIMARY KEY,
	run  INTEGER NOT NULL REFERENCES run (id),
	step TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind <> ''),
	at   INTEGER NOT NULL,
	UNIQUE (run, step, kind)
) STRICT;
CREATE INDEX timer_at ON timer (at);

CREATE TABLE gate (
	id       INTEGER PRIMARY KEY,
	run      INTEGER NOT NULL REFERENCES run (id),
	step     TEXT NOT NULL,
	required INTEGER NOT NULL CHECK (required >= 1),
	opened   INTEGER NOT NULL,
	deadline INTEGER NOT NULL,
	UNIQUE (run, step)
) STRICT;

CREATE TABLE link (
	id      INTEGER PRIMARY KEY,
	hash    BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
	run     INTEGER NOT NULL REFERENCES run (id),
	step    TEXT NOT NULL,
	person  TEXT NOT NULL CHECK (person <> ''),
	job     TEXT NOT NULL,
	nonce   INTEGER NOT NULL,
	created INTEGER NOT NULL,
	revoked INTEGER
) STRICT;
CREATE INDEX link_step ON link (run, step);
CREATE UNIQUE INDEX link_nonce ON link (job, nonce) WHERE job <> '';

CREATE TABLE mail (
	id       INTEGER PRIMARY KEY,
	uuid     TEXT NOT NULL UNIQUE CHECK (length(uuid) = 36),
	run      INTEGER NOT NULL REFERENCES run (id),
	step     TEXT NOT NULL,
	attempt  INTEGER NOT NULL,
	kind     TEXT NOT NULL CHECK (kind IN ('ask', 'again', 'plain')),
	person   TEXT NOT NULL,
	account  TEXT NOT NULL,
	practice INTEGER NOT NULL CHECK (practice IN (0, 1)),
	body     BLOB NOT NULL,
	state    TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'unknown')),
	created  INTEGER NOT NULL,
	sent     INTEGER,
	tries    INTEGER NOT NULL DEFAULT 0,
	next     INTEGER,
	held     INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)),
	title    TEXT NOT NULL DEFAULT '',
	hint     TEXT NOT NULL DEFAULT '',
	thread   TEXT NOT NULL DEFAULT '',
	CHECK ((state = 'sent') = (sent IS NOT NULL)),
	CHECK ((state = 'queued') = (next IS NOT NULL))
) STRICT;
CREATE INDEX mail_next ON mail (held, next) WHERE state = 'queued';
CREATE INDEX mail_sending ON mail (id) WHERE state = 'sending';
CREATE INDEX mail_step ON mail (run, step);

CREATE TABLE resource (
	path    TEXT PRIMARY KEY CHECK (path <> ''),
	type    TEXT NOT NULL,
	value   BLOB NOT NULL,
	summary TEXT NOT NULL,
	state   TEXT NOT NULL,
	updated INTEGER NOT NULL
) STRICT;

CREATE TABLE variable (
	path   TEXT PRIMARY KEY CHECK (path <> ''),
	value  BLOB NOT NULL,
	secret INTEGER NOT NULL CHECK (secret IN (0, 1))
) STRICT;

CREATE TABLE setting (
	key   TEXT PRIMARY KEY CHECK (key <> ''),
	value BLOB NOT NULL
) STRICT;

CREATE TABLE user_state (
	run   INTEGER NOT NULL REFERENCES run (id),
	key   TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (run, key)
) STRICT;
`,
	`
CREATE TABLE flow_saved (
	id      INTEGER PRIMARY KEY,
	path    TEXT NOT NULL CHECK (path <> ''),
	hash    TEXT NOT NULL UNIQUE CHECK (length(hash) = 16),
	summary TEXT NOT NULL,
	json    BLOB NOT NULL,
	place   INTEGER NOT NULL,
	saved   INTEGER NOT NULL
) STRICT;
CREATE INDEX flow_saved_path ON flow_saved (path, place);

CREATE TABLE script (
	id          INTEGER PRIMARY KEY,
	path        TEXT NOT NULL CHECK (path <> ''),
	hash        TEXT NOT NULL UNIQUE CHECK (length(hash) = 16),
	summary     TEXT NOT NULL,
	description TEXT NOT NULL,
	language    TEXT NOT NULL,
	kind        TEXT NOT NULL,
	content     TEXT NOT NULL,
	lock        TEXT NOT NULL,
	schema      BLOB,
	meta        BLOB,
	place       INTEGER NOT NULL,
	saved       INTEGER NOT NULL
) STRICT;
CREATE INDEX script_path ON script (path, place);

CREATE TABLE kept_file (
	path TEXT PRIMARY KEY CHECK (path <> ''),
	data BLOB NOT NULL
) STRICT;

CREATE TABLE kept_result (
	key     TEXT PRIMARY KEY CHECK (length(key) = 64),
	result  TEXT NOT NULL,
	expires INTEGER NOT NULL
) STRICT;
CREATE INDEX kept_result_expires ON kept_result (expires);

CREATE TABLE slot (
	id      INTEGER PRIMARY KEY,
	key     TEXT NOT NULL CHECK (key <> ''),
	run     INTEGER NOT NULL REFERENCES run (id),
	step    TEXT NOT NULL,
	attempt INTEGER NOT NULL,
	began   INTEGER NOT NULL,
	until   INTEGER NOT NULL,
	over    INTEGER NOT NULL DEFAULT 0 CHECK (over IN (0, 1)),
	UNIQUE (run, step, attempt)
) STRICT;
CREATE INDEX slot_key ON slot (key, until);
CREATE INDEX slot_over ON slot (until) WHERE over = 1;

CREATE TABLE erasure (
	run     INTEGER NOT NULL REFERENCES run (id),
	seconds REAL NOT NULL,
	at      INTEGER NOT NULL,
	PRIMARY KEY (run, seconds)
) STRICT;
CREATE INDEX erasure_at ON erasure (at);
`,
	// What comes and goes with every step lies in one tree each, so that a commit
	// writes fewer pages.
	`
CREATE TABLE job_3 (
	run     INTEGER NOT NULL REFERENCES run (id),
	step    TEXT NOT NULL,
	attempt INTEGER NOT NULL CHECK (attempt >= 1),
	uuid    TEXT NOT NULL CHECK (length(uuid) = 36),
	state   TEXT NOT NULL CHECK (state IN ('queued', 'started')),
	at      INTEGER NOT NULL,
	PRIMARY KEY (run, step, attempt)
) STRICT, WITHOUT ROWID;
INSERT INTO job_3 SELECT run, step, attempt, uuid, state, at FROM job;
DROP TABLE job;
ALTER TABLE job_3 RENAME TO job;

CREATE TABLE timer_3 (
	run  INTEGER NOT NULL REFERENCES run (id),
	step TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind <> ''),
	at   INTEGER NOT NULL,
	PRIMARY KEY (run, step, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO timer_3 SELECT run, step, kind, at FROM timer;
DROP TABLE timer;
ALTER TABLE timer_3 RENAME TO timer;
CREATE INDEX timer_at ON timer (at);

CREATE TABLE gate_3 (
	run      INTEGER NOT NULL REFERENCES run (id),
	step     TEXT NOT NULL,
	required INTEGER NOT NULL CHECK (required >= 1),
	opened   INTEGER NOT NULL,
	deadline INTEGER NOT NULL,
	PRIMARY KEY (run, step)
) STRICT, WITHOUT ROWID;
INSERT INTO gate_3 SELECT run, step, required, opened, deadline FROM gate;
DROP TABLE gate;
ALTER TABLE gate_3 RENAME TO gate;
`,
	// A job that waits has no row any more: the journal tells of it. Open requests
	// are found by their age, those of a loop's iterations in the order of the iterations:
	// of their ids the shorter has the smaller number.
	`
CREATE TABLE job_4 (
	run     INTEGER NOT NULL REFERENCES run (id),
	step    TEXT NOT NULL,
	attempt INTEGER NOT NULL CHECK (attempt >= 1),
	uuid    TEXT NOT NULL CHECK (length(uuid) = 36),
	at      INTEGER NOT NULL,
	PRIMARY KEY (run, step, attempt)
) STRICT, WITHOUT ROWID;
INSERT INTO job_4 SELECT run, step, attempt, uuid, at FROM job WHERE state = 'started';
DROP TABLE job;
ALTER TABLE job_4 RENAME TO job;

CREATE INDEX gate_opened ON gate (opened, run, length(step), step);
`,
	// What people wrote about variables and resources.
	`
ALTER TABLE variable ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE resource ADD COLUMN description TEXT NOT NULL DEFAULT '';
`,
	// What chains the entries of a run.
	`
ALTER TABLE entry ADD COLUMN sum INTEGER;
`,
	// Where a run's row last saw the end of its journal. Who names which blob; see
	// fillRefs for what was there before. What keeps mails from going. Which jobs may have
	// begun is in the journal. A run that goes on and off stays in run_open, so that only
	// its beginning and its end write that.
	`
ALTER TABLE run ADD COLUMN end_seq INTEGER;
ALTER TABLE run ADD COLUMN end_sum INTEGER;
ALTER TABLE run ADD COLUMN trigger_person TEXT NOT NULL DEFAULT '';

ALTER TABLE blob ADD COLUMN owner INTEGER;

CREATE TABLE blob_ref (
	hash TEXT NOT NULL CHECK (length(hash) = 64),
	run  INTEGER NOT NULL REFERENCES run (id),
	PRIMARY KEY (hash, run)
) STRICT, WITHOUT ROWID;

CREATE INDEX blob_ref_run ON blob_ref (run);

CREATE TABLE kept_ref (
	hash TEXT NOT NULL CHECK (length(hash) = 64),
	key  TEXT NOT NULL,
	PRIMARY KEY (hash, key)
) STRICT, WITHOUT ROWID;

DROP TABLE job;

DROP INDEX run_open;
CREATE INDEX run_open ON run (id) WHERE ended IS NULL;

CREATE INDEX run_from ON run (trigger_kind, trigger_by, id) WHERE trigger_kind IN ('webhook', 'form', 'token');

CREATE INDEX mail_trouble ON mail (id) WHERE state <> 'sent' AND title <> '';

CREATE TABLE schedule (
	path    TEXT PRIMARY KEY CHECK (path <> ''),
	json    BLOB NOT NULL,
	enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
	next    INTEGER,
	waiting INTEGER,
	updated INTEGER NOT NULL,
	CHECK (enabled = 1 OR next IS NULL AND waiting IS NULL)
) STRICT;
CREATE INDEX schedule_next ON schedule (next) WHERE next IS NOT NULL;
CREATE INDEX schedule_waiting ON schedule (waiting) WHERE waiting IS NOT NULL;

CREATE TABLE fire (
	schedule TEXT NOT NULL CHECK (schedule <> ''),
	due      INTEGER NOT NULL,
	at       INTEGER NOT NULL,
	state    TEXT NOT NULL CHECK (state IN ('started', 'ended', 'told', 'overlapped', 'missed', 'failed')),
	run      INTEGER,
	skipped  INTEGER NOT NULL DEFAULT 0,
	note     TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (schedule, due),
	CHECK ((run IS NOT NULL) = (state IN ('started', 'ended', 'told')))
) STRICT, WITHOUT ROWID;
CREATE INDEX fire_started ON fire (schedule) WHERE state = 'started';
CREATE INDEX fire_ended ON fire (at) WHERE state = 'ended';

CREATE TABLE endpoint (
	kind    TEXT NOT NULL CHECK (kind IN ('hook', 'form')),
	path    TEXT NOT NULL CHECK (path <> ''),
	json    BLOB NOT NULL,
	enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
	secret  BLOB NOT NULL UNIQUE CHECK (length(secret) = 32),
	signing BLOB,
	created INTEGER NOT NULL,
	updated INTEGER NOT NULL,
	PRIMARY KEY (kind, path)
) STRICT;

CREATE TABLE delivery (
	hook  TEXT NOT NULL CHECK (hook <> ''),
	key   BLOB NOT NULL CHECK (length(key) = 32),
	body  BLOB NOT NULL CHECK (length(body) = 32),
	run   INTEGER NOT NULL,
	until INTEGER NOT NULL,
	PRIMARY KEY (hook, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_until ON delivery (until);

CREATE TABLE form_link (
	form    TEXT NOT NULL CHECK (form <> ''),
	person  TEXT NOT NULL CHECK (person <> ''),
	secret  BLOB NOT NULL UNIQUE CHECK (length(secret) = 32),
	created INTEGER NOT NULL,
	used    INTEGER,
	run     INTEGER,
	PRIMARY KEY (form, person),
	CHECK ((used IS NULL) = (run IS NULL))
) STRICT;

CREATE TABLE submission (
	run    INTEGER PRIMARY KEY,
	form   TEXT NOT NULL CHECK (form <> ''),
	person TEXT NOT NULL,
	key    BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
	body   BLOB NOT NULL CHECK (length(body) = 32),
	at     INTEGER NOT NULL
) STRICT;

ALTER TABLE flow ADD COLUMN live INTEGER NOT NULL DEFAULT 0;
ALTER TABLE flow_saved ADD COLUMN edit TEXT NOT NULL DEFAULT '';
CREATE TABLE flow_named (
	path    TEXT NOT NULL CHECK (path <> ''),
	number  INTEGER NOT NULL CHECK (number >= 1),
	name    TEXT NOT NULL,
	hash    TEXT NOT NULL CHECK (length(hash) = 16),
	summary TEXT NOT NULL,
	json    BLOB NOT NULL,
	saved   INTEGER NOT NULL,
	PRIMARY KEY (path, number)
) STRICT, WITHOUT ROWID;
`,
}
