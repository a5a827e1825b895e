import Foundation
import Postgres
import Testing

/// Values of megabytes, in and out, whole and in parts.
@Suite(.serialized) struct LargeValueTests {
  /// Bytes that no compression shortens and no shift leaves alike.
  private func noise(_ count: Int, seed: UInt64 = 7) -> [UInt8] {
    var state = seed
    return [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
      for index in 0..<count {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes[index] = UInt8(truncatingIfNeeded: state >> 33)
      }
      filled = count
    }
  }

  @Test(arguments: [PostgresFormat.binary, .text])
  func megabytesComeBackAsTheyWent(format: PostgresFormat) async throws {
    try await withPool { pool async throws in
      let bytes = noise(9 << 20)
      let rows = try await pool.run(
        "select $1::bytea, length($1::bytea), md5($1::bytea)", [.bytes(bytes)], format: format)
      #expect(try rows[0].bytes(0) == bytes)
      #expect(try rows[0].int(1) == bytes.count)
    }
  }

  /// libpq's buffers never shrink: sixteen connections of 16 MB each would be kept for nothing.
  @Test func aConnectionDoesNotKeepTheBufferOfALargeValue() async throws {
    try await withPool { pool async throws in
      for _ in 0..<4 { _ = try await pool.run("select $1::bytea", [.bytes(noise(3 << 20))]) }
      #expect(pool.events.words.filter { $0 == "closed grown" }.count == 4)
      for _ in 0..<4 { _ = try await pool.text("select repeat('x', 3000000)") }
      #expect(pool.events.words.filter { $0 == "closed grown" }.count == 8)
      #expect(!pool.events.words.contains { $0.hasPrefix("failed") })
      // Many small rows make no buffer grow.
      let rows = try await pool.run("select repeat('x', 100) from generate_series(1, 30000)")
      #expect(rows.count == 30_000)
      #expect(try await pool.text("select 1") == "1")
      #expect(pool.events.words.filter { $0 == "closed grown" }.count == 8)
    }
  }

  /// As documents are kept: parts of 256 KiB, all in one transaction, through one connection.
  @Test func partsGoInOneTransactionWithoutGrowingTheConnection() async throws {
    try await withPool { pool async throws in
      let user = try await TestUser.make(pool)
      let document = UUID().uuidString
      let bytes = noise(20 << 20)
      let partBytes = 262_144
      var statements = [
        PostgresStatement(
          """
          insert into documents (id, user_id, filename, content_type, size_bytes, sha256)
          values ($1, $2, 'a.pdf', 'application/pdf', $3, $4)
          """,
          [
            .uuid(document), .uuid(user.id), .int(Int64(bytes.count)),
            .bytes(Array(repeating: 7, count: 32)),
          ])
      ]
      for (part, start) in stride(from: 0, to: bytes.count, by: partBytes).enumerated() {
        statements.append(
          PostgresStatement(
            """
            insert into document_contents (document_id, user_id, part, bytes)
            values ($1, $2, $3, $4)
            """,
            [
              .uuid(document), .uuid(user.id), .int(Int64(part)),
              .bytes(Array(bytes[start..<min(start + partBytes, bytes.count)])),
            ]))
      }
      let results = try await pool.pool.run(statements, as: user.identity)
      #expect(results.map(\.affectedRows) == Array(repeating: 1, count: 81))
      var read: [UInt8] = []
      for part in 0..<80 {
        let rows = try await pool.run(
          "select bytes from document_contents where document_id = $1 and part = $2",
          [.uuid(document), .int(Int64(part))], as: user.identity, format: .binary)
        read += try rows[0].bytes(0)
      }
      #expect(read == bytes)
      #expect(!pool.events.words.contains { $0.hasPrefix("closed") })
    }
  }

  /// Both sides send at once, more than the sockets hold: neither may wait for the other.
  @Test func largeAnswersWhileLargeStatementsAreSent() async throws {
    try await withPool { pool async throws in
      let bytes = noise(700_000)
      let echo = PostgresStatement("select $1::bytea", [.bytes(bytes)], format: .binary)
      let rows = try await pool.pool.run(Array(repeating: echo, count: 40), as: .login)
      #expect(rows.count == 40)
      for row in rows { #expect(try row[0].bytes(0) == bytes) }
    }
  }

  @Test func whatIsTooLargeToSendIsRefusedBeforeAnythingIsSent() async throws {
    try await withPool(try TestPool { $0.sentBytesMax = 1 << 20 }) { pool async throws in
      let value = PostgresParameter.bytes(noise(400_000))
      let error = await #expect(throws: PostgresError.self) {
        try await pool.pool.run(
          Array(repeating: PostgresStatement("select $1::bytea", [value]), count: 3), as: .login)
      }
      #expect(error?.code == .tooLarge)
      #expect(error?.isUnavailable == false)
      #expect(pool.events.words == [])
      #expect(try await pool.run("select length($1::bytea)", [value])[0].int(0) == 400_000)
    }
  }

  @Test(arguments: [
    "select repeat('x', 3000000)", "select repeat('x', 100) from generate_series(1, 10000000)",
  ])
  func whatIsTooLargeToTakeIsGivenUp(sql: String) async throws {
    try await withPool(try TestPool { $0.resultBytesMax = 2_000_000 }) { pool async throws in
      let start = ContinuousClock.now
      let error = try await pool.failure(sql)
      #expect(error.code == .tooLarge)
      #expect(ContinuousClock.now - start < .seconds(10))
      #expect(pool.events.words.contains("closed grown"))
      #expect(try await pool.text("select 1") == "1")
    }
  }
}
