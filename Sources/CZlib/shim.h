// zlib for Compression. deflateInit2 and inflateInit2 are macros over the sizes below.
#pragma once
#include <zlib.h>

static inline int phx_deflate_init_gzip(z_stream *s, int level) { return deflateInit2(s, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY); }
static inline int phx_inflate_init_gzip(z_stream *s) { return inflateInit2(s, 15 + 16); }
static inline int phx_deflate_init_raw(z_stream *s, int level) { return deflateInit2(s, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY); }
