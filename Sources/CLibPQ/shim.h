// libpq for the Postgres driver.
#pragma once
#include <libpq-fe.h>
