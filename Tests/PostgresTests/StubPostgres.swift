import Foundation
import Glibc
import Synchronization

/// A server that speaks as much of PostgreSQL's protocol (version 3) as the driver asks for, and
/// then does what a server must not.
///
/// One thread accepts, one more serves each connection with blocking calls.
final class StubPostgres: Sendable {
  /// What it does wrong.
  enum Fault: String, Sendable, CaseIterable {
    /// Nothing: every statement gives a row of one column `a` with its `$1`, or with `1`.
    case none
    case saysNothingToTheGreeting
    case closesAtTheGreeting
    case garbageForAGreeting
    case refusesByAnError
    case closesAfterTheGreeting
    case saysNothingToStatements
    case garbageForAnAnswer
    case closesWithinAResult
    /// Ends its own half within a result and goes on reading.
    case halfClosesWithinAResult
    /// A right answer, a byte every 20 ms.
    case drips
    /// A row of a gigabyte is announced and begun.
    case announcesAGigabyte
    case endlessRows
    case startsACopy
    case anErrorWithoutFields
    /// An answer to nothing, after the right one.
    case answersTwice
    /// Fewer results than statements.
    case forgetsAResult
  }

  struct Refused: Error {}

  let port: Int
  private let fault: Fault
  private let listener: Int32
  private let connections = Mutex<Set<Int32>>([])
  private let accepted = Atomic(0)
  private let prepared = Atomic(0)

  /// Listens on a port of the kernel's choice.
  init(_ fault: Fault) throws {
    self.fault = fault
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = listener
    let isListening = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 128) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isListening else { throw Refused() }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread { [self] in acceptAll() }
  }

  /// A URL of a database here.
  var url: String { "postgresql://nobody@127.0.0.1:\(port)/x?sslmode=disable" }

  /// Connections accepted since the start.
  var acceptedCount: Int { accepted.load(ordering: .relaxed) }

  /// Connections that nobody has closed yet.
  var openCount: Int { connections.withLock { $0.count } }

  /// Statements parsed under a name.
  var preparedCount: Int { prepared.load(ordering: .relaxed) }

  /// Stops listening and ends every connection.
  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    connections.withLock { for socket in $0 { shutdown(socket, Int32(SHUT_RDWR)) } }
  }

  private func acceptAll() {
    while true {
      let socket = accept(listener, nil, nil)
      guard socket >= 0 else { break }
      accepted.add(1, ordering: .relaxed)
      connections.withLock { _ = $0.insert(socket) }
      Thread.detachNewThread { [self] in
        var session = Session(socket: socket, fault: fault)
        session.serve()
        prepared.add(session.preparedCount, ordering: .relaxed)
        // Under the lock, so that `stop` does not meet another's descriptor.
        connections.withLock {
          $0.remove(socket)
          close(socket)
        }
      }
    }
    close(listener)
  }

  /// A connection.
  private struct Session {
    let socket: Int32
    let fault: Fault
    var preparedCount = 0
    private var echo: [UInt8] = []

    init(socket: Int32, fault: Fault) {
      self.socket = socket
      self.fault = fault
    }

    mutating func serve() {
      guard let length = readInt(), length >= 8, length < 10_000, read(length - 4) != nil else {
        return
      }
      switch fault {
      case .closesAtTheGreeting: return
      case .saysNothingToTheGreeting: return waitForTheEnd()
      case .garbageForAGreeting:
        write(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
        return waitForTheEnd()
      case .refusesByAnError:
        write(Self.error("53300"))
        return
      default: break
      }
      write(
        Self.message("R", [0, 0, 0, 0]) + Self.message("S", Self.texts("server_version", "15.0"))
          + Self.message("S", Self.texts("client_encoding", "UTF8"))
          + Self.message("K", [0, 0, 0, 1, 0, 0, 0, 2]) + Self.ready)
      if fault == .closesAfterTheGreeting { return }
      while let answer = nextAnswer() {
        guard misbehave(answer) else { return }
      }
    }

    /// The right answer to everything up to the next Sync.
    private mutating func nextAnswer() -> [UInt8]? {
      var answer: [UInt8] = []
      var results = 0
      while let type = read(1)?.first, let length = readInt(), length >= 4,
        let body = read(length - 4)
      {
        switch Character(Unicode.Scalar(type)) {
        case "P":
          answer += Self.message("1", [])
          if body.first != 0 { preparedCount += 1 }
        case "B":
          answer += Self.message("2", [])
          echo = Self.firstValue(of: body) ?? Array("1".utf8)
        case "D": answer += Self.description
        case "E":
          results += 1
          if fault == .forgetsAResult, results > 1 { continue }
          answer += Self.row(echo) + Self.message("C", Self.texts("SELECT 1"))
        case "S": return answer + Self.ready
        default: return nil
        }
      }
      return nil
    }

    /// Whether the connection goes on.
    private func misbehave(_ answer: [UInt8]) -> Bool {
      let half = Array(answer.prefix(answer.count / 2))
      switch fault {
      case .none, .forgetsAResult: write(answer)
      case .saysNothingToStatements: break
      case .garbageForAnAnswer: write(Array("\u{1}garbage of no type at all\u{ff}".utf8))
      case .closesWithinAResult:
        write(half)
        return false
      case .halfClosesWithinAResult:
        write(half)
        shutdown(socket, Int32(SHUT_WR))
      case .drips:
        for byte in answer {
          guard write([byte]) else { return false }
          usleep(20_000)
        }
      case .announcesAGigabyte:
        write(Self.message("1", []) + Self.message("2", []) + Self.description)
        write([UInt8(ascii: "D"), 0x3f, 0xff, 0xff, 0xff] + Array(repeating: 0, count: 100_000))
      case .endlessRows:
        write(Self.message("1", []) + Self.message("2", []) + Self.description)
        let rows = Array(repeatElement(Self.row([7]), count: 1000).joined())
        while write(rows) {}
        return false
      case .startsACopy:
        write(
          Self.message("1", []) + Self.message("2", []) + Self.message("G", [0, 0, 0])
            + Self.message("n", []))
      case .anErrorWithoutFields: write(Self.message("E", [0]) + Self.ready)
      case .answersTwice: write(answer + answer)
      default: return false
      }
      return true
    }

    // MARK: Bytes

    private func waitForTheEnd() { while read(1) != nil {} }

    private func readInt() -> Int? {
      read(4).map { $0.reduce(0) { $0 << 8 | Int($1) } }
    }

    private func read(_ count: Int) -> [UInt8]? {
      var bytes = [UInt8](repeating: 0, count: count)
      var filled = 0
      while filled < count {
        let got = bytes.withUnsafeMutableBytes {
          recv(socket, $0.baseAddress?.advanced(by: filled), count - filled, 0)
        }
        guard got > 0 else { return nil }
        filled += got
      }
      return bytes
    }

    @discardableResult private func write(_ bytes: [UInt8]) -> Bool {
      var sent = 0
      while sent < bytes.count {
        let count = bytes.withUnsafeBytes {
          send(
            socket, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { return false }
        sent += count
      }
      return true
    }

    private static func message(_ type: Unicode.Scalar, _ body: [UInt8]) -> [UInt8] {
      [UInt8(ascii: type)] + big(body.count + 4) + body
    }

    private static func big(_ value: Int) -> [UInt8] {
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    private static func texts(_ texts: String...) -> [UInt8] {
      texts.flatMap { Array($0.utf8) + [0] }
    }

    private static let ready = message("Z", [UInt8(ascii: "I")])
    private static func row(_ value: [UInt8]) -> [UInt8] {
      message("D", [0, 1] + big(value.count) + value)
    }

    /// `$1` of a Bind message.
    private static func firstValue(of body: [UInt8]) -> [UInt8]? {
      var rest = body[...]
      func number(_ count: Int) -> Int {
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
      }
      for _ in 0..<2 { rest = rest.drop { $0 != 0 }.dropFirst() }
      rest = rest.dropFirst(2 * number(2))
      guard number(2) > 0 else { return nil }
      let length = number(4)
      return length <= rest.count ? Array(rest.prefix(length)) : nil
    }

    /// One column `a` of type text.
    private static let description = message(
      "T",
      [0, 1] + texts("a") + [0, 0, 0, 0, 0, 0, 0, 0, 0, 25, 255, 255, 255, 255, 255, 255, 0, 0])

    private static func error(_ state: String) -> [UInt8] {
      message("E", texts("SFATAL", "VFATAL", "C\(state)", "Mno more") + [0])
    }
  }
}
