import Foundation
import Postgres
import Testing

@Suite(.serialized) struct PostgresValueTests {
  @Test(arguments: [PostgresFormat.text, .binary])
  func everyByteComesBack(format: PostgresFormat) async throws {
    try await withPool { pool async throws in
      let bytes = (0...255).map(UInt8.init)
      let rows = try await pool.run("select $1::bytea as b", [.bytes(bytes)], format: format)
      #expect(try rows[0].bytes("b") == bytes)
      #expect(
        try await pool.run("select $1::bytea", [.bytes([])], format: format)[0].bytes(0) == [])
    }
  }

  /// More than a socket takes at once, so that sending and receiving go on in turns.
  @Test(arguments: [PostgresFormat.text, .binary])
  func megabytesComeBack(format: PostgresFormat) async throws {
    try await withPool { pool async throws in
      let bytes = (0..<8_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
      let rows = try await pool.pool.run(
        Array(
          repeating: PostgresStatement("select $1::bytea", [.bytes(bytes)], format: format),
          count: 2), as: .login)
      for result in rows { #expect(try result[0].bytes(0) == bytes) }
    }
  }

  @Test(arguments: [
    "", "a", "Été à l’œuvre 🦅", "'; drop table users; --", #"{"a":"\\"}"#, "NULL", "{}", "\u{1}",
  ])
  func textComesBack(text: String) async throws {
    try await withPool { pool async throws in
      #expect(try await pool.text("select $1::text", [.text(text)]) == text)
    }
  }

  @Test(arguments: [PostgresFormat.text, .binary])
  func typesComeBack(format: PostgresFormat) async throws {
    try await withPool { pool async throws in
      let id = "0190a0b1-c2d3-7e4f-8a5b-6c7d8e9f0a1b"
      let rows = try await pool.run(
        """
        select $1::bigint as big, $2::smallint as small, $3::boolean as yes, $4::float8 as ratio,
          $5::uuid as id, $6::jsonb as json, $7::text[] = array['a,b','NULL','"\\',''] as list,
          $8::text as nothing, $9::integer as medium, not $3::boolean as no
        """,
        [
          .int(.min), .int(-7), .bool(true), .double(0.1), .uuid(id), .json(#"{"é": [1, null]}"#),
          .textArray(["a,b", "NULL", #""\"#, ""]), .null, .int(1 << 20),
        ], format: format)
      let row = try #require(rows.first)
      #expect(try row.int("big") == Int(Int64.min))
      #expect(try row.int("small") == -7)
      #expect(try row.int("medium") == 1 << 20)
      #expect(try row.bool("yes"))
      #expect(try !row.bool("no"))
      #expect(try row.double("ratio") == 0.1)
      #expect(try row.string("id") == id)
      #expect(try row.string("json") == #"{"é": [1, null]}"#)
      #expect(try row.bool("list"))
      #expect(try row.isNull("nothing"))
      #expect(try row.optionalString("nothing") == nil)
    }
  }

  @Test(arguments: [
    Double.infinity, -.infinity, .nan, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -0.0,
  ])
  func everyDoubleComesBack(value: Double) async throws {
    try await withPool { pool async throws in
      let read = try await pool.run("select $1::float8", [.double(value)])[0].double(0)
      #expect(read.bitPattern == value.bitPattern || read.isNaN && value.isNaN)
    }
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z"), (1_795_424_523_250_000, "2026-11-23T09:02:03.25Z"),
    (951_782_400_000_001, "2000-02-29T00:00:00.000001Z"),
    (-2_203_977_600_000_000, "1900-02-28T00:00:00Z"),
    (4_107_542_399_999_999, "2100-02-28T23:59:59.999999Z"),
    (-62_135_510_400_000_000, "0001-01-02T00:00:00Z"), (-1, "1969-12-31T23:59:59.999999Z"),
  ])
  func instantsAreReadAlikeInEveryZoneAndFormat(microseconds: Int64, text: String) async throws {
    try await withPool { pool async throws in
      for zone in ["UTC", "Europe/Paris", "America/St_Johns", "Asia/Kathmandu"] {
        for format in [PostgresFormat.text, .binary] {
          let rows = try await pool.pool.run(
            [
              PostgresStatement("select set_config('timezone', $1, true)", [.text(zone)]),
              PostgresStatement(
                "select $1::timestamptz, $2::timestamptz, $1::timestamptz = $2::timestamptz",
                [.timestamp(microseconds: microseconds), .timestamp(text)], format: format),
            ], as: .login)
          let row = rows[1][0]
          #expect(try row.timestamp(0) == microseconds)
          #expect(try row.timestamp(1) == microseconds)
          #expect(try row.bool(2))
        }
      }
    }
  }

  @Test func aUUIDOfBytesIsTheOneOfText() async throws {
    try await withPool { pool async throws in
      let bytes = (0..<16).map { UInt8($0 * 16 + 1) }
      #expect(
        try await pool.text("select $1::uuid::text", [.uuid(bytes)])
          == "01112131-4151-6171-8191-a1b1c1d1e1f1")
    }
  }

  @Test func textWithNULIsRefusedBeforeAnythingIsSent() async throws {
    try await withPool { pool async throws in
      for parameter in [
        PostgresParameter.text("a\0b"), .json("\0"), .uuid("\0"), .textArray(["a", "\0"]),
      ] {
        #expect(try await pool.failure("select $1", [parameter]).code == .invalidText)
      }
      #expect(try await pool.failure("select '\0'").code == .invalidText)
      let claims = PostgresIdentity.user(claims: "{}\0")
      #expect(try await pool.failure("select 1", as: claims).code == .invalidText)
      #expect(pool.events.words == [])
    }
  }

  @Test func aValueOfAnotherTypeIsAnErrorThatNamesTheColumn() async throws {
    try await withPool { pool async throws in
      let row = try await pool.run("select 'secret' as word, null::int as nothing, 1.5 as half")[0]
      for read: () throws -> Any in [
        { try row.int("word") }, { try row.bool("word") }, { try row.timestamp("word") },
        { try row.double("word") }, { try row.int("half") }, { try row.int("nothing") },
        { try row.string("missing") }, { try row.string(3) }, { try row.string(-1) },
      ] {
        let error = #expect(throws: PostgresError.self) { _ = try read() }
        #expect(error?.code == .decoding)
        #expect(error?.debugDescription.contains("secret") == false)
      }
      #expect(try row.double("half") == 1.5)
      #expect(try row.optionalInt("nothing") == nil)
    }
  }

  @Test func moreParametersThanTheWireCanCountAreRefused() async throws {
    try await withPool { pool async throws in
      let many = Array(repeating: PostgresParameter.int(1), count: 65_536)
      #expect(try await pool.failure("select 1", many).code == .invalidText)
    }
  }
}
