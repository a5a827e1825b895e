import CLibPQ
import Glibc

extension EncodedStatement {
  /// Queues the statement on a connection in pipeline mode; false where libpq refused.
  func send(on connection: OpaquePointer?) -> Bool {
    withValues { values in
      PQsendQueryParams(
        connection, sql, Int32(offsets.count), types, values, lengths, formats, format.rawValue)
        == 1
    }
  }

  /// Queues its preparation under a name.
  func prepare(_ name: String, on connection: OpaquePointer?) -> Bool {
    PQsendPrepare(connection, name, sql, Int32(types.count), types) == 1
  }

  /// Queues the execution of what was prepared under a name, with its values.
  func execute(_ name: String, on connection: OpaquePointer?) -> Bool {
    withValues { values in
      PQsendQueryPrepared(
        connection, name, Int32(offsets.count), values, lengths, formats, format.rawValue) == 1
    }
  }

  /// Forgets every name on the server.
  static let deallocateAll = EncodedStatement(command: "deallocate all")

  /// Forgets one; names are the cache's own and need no quotes.
  static func deallocate(_ name: String) -> EncodedStatement {
    EncodedStatement(command: "deallocate \(name)")
  }

  /// libpq has copied the values when the call returns.
  private func withValues(_ body: ([UnsafePointer<CChar>?]) -> Bool) -> Bool {
    // An empty block has no address, and without one libpq would take an empty `bytea` for NULL.
    (block.isEmpty ? [0] : block).withUnsafeBytes { block in
      let base = block.baseAddress?.assumingMemoryBound(to: CChar.self)
      return body(offsets.map { offset in offset.flatMap { base?.advanced(by: $0) } })
    }
  }
}

extension PostgresError {
  /// What the server said, without the values that it quotes.
  init(_ result: ResultHandle) {
    func field(_ code: Unicode.Scalar) -> String? {
      PQresultErrorField(result.pointer, Int32(UInt8(ascii: code))).map { String(cString: $0) }
    }
    // The codes of PG_DIAG_*, which are character macros that Swift does not see.
    let state = field("C")
    let constraint = field("n")
    var words: [String] = []
    // Class 22 quotes the value that was wrong; DETAIL and HINT quote rows and are left out always.
    if let primary = field("M"), state?.hasPrefix("22") != true { words.append(primary) }
    if let table = field("t") { words.append("table \(table)") }
    if let column = field("c") { words.append("column \(column)") }
    if let constraint { words.append("constraint \(constraint)") }
    if let position = field("P") { words.append("at character \(position)") }
    guard let state else {
      // Made by libpq itself.
      let text = PQresultErrorMessage(result.pointer).map { String(cString: $0) } ?? ""
      self.init(code: .connectionLost, detail: text)
      return
    }
    // Nobody cancels queries here but the statement timeout.
    let code = state == "57014" ? Code.timeout : .server(sqlState: state)
    self.init(
      code: code, sqlState: state, constraint: constraint, detail: words.joined(separator: ", "))
  }
}

/// A list of C strings with NULL at its end.
enum CStringArray {
  /// The list is valid within `body`.
  static func with<Value>(
    _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Value
  ) -> Value {
    var block: [CChar] = []
    var offsets: [Int] = []
    for string in strings {
      offsets.append(block.count)
      block.append(contentsOf: string.utf8CString)
    }
    return block.withUnsafeBufferPointer { block in
      let pointers = offsets.map { block.baseAddress?.advanced(by: $0) } + [nil]
      return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }
  }
}

extension PostgresNotification {
  /// The next one that libpq has read from a connection; nil where there is none.
  init?(next connection: OpaquePointer?) {
    guard let pointer = PQnotifies(connection) else { return nil }
    // Its memory is ours until PQfreemem.
    defer { PQfreemem(pointer) }
    self.init(
      channel: String(cString: pointer.pointee.relname),
      payload: pointer.pointee.extra.map { String(cString: $0) } ?? "")
  }
}

extension PostgresConnection {
  /// What the kernel holds for a connection, unread; 0 where it does not say.
  static func unreadBytes(_ connection: OpaquePointer?) -> Int {
    var count: Int32 = 0
    return ioctl(PQsocket(connection), UInt(FIONREAD), &count) == 0 ? Int(count) : 0
  }
}
