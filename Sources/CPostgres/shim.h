// libpq, PostgreSQL's own client library, as Swift sees it.
#pragma once
#include <libpq-fe.h>

// Macros of postgres_ext.h that are characters, which Swift does not import as integers.
static const int moire_pg_diag_sqlstate = PG_DIAG_SQLSTATE;
static const int moire_pg_diag_message = PG_DIAG_MESSAGE_PRIMARY;
