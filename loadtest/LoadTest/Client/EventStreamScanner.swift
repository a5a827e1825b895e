/// Watches a stream of server-sent events go by: counts how it ended, keeps nothing of it.
package struct EventStreamScanner {
  /// How a stream that closed must be judged.
  package enum Ending: Equatable, Sendable {
    case done, error, incomplete
  }

  private static let nameBytesMax = 64
  private var line: [UInt8] = []
  private var event: [UInt8] = []
  private var hasData = false
  private var endings: [Ending] = []
  /// A `delta` has been seen whole.
  package private(set) var hasDelta = false

  package init() {}

  package mutating func scan(_ bytes: UnsafeRawBufferPointer) {
    for byte in bytes {
      switch byte {
      case 0x0a: endLine()
      case 0x0d: break
      // Only the start of a line names its field; a long `data` line need not be kept.
      default: if line.count < Self.nameBytesMax { line.append(byte) }
      }
    }
  }

  /// `done` only after exactly one terminal event and nothing left half said.
  package var ending: Ending {
    guard endings.count == 1, line.isEmpty, event.isEmpty, !hasData else { return .incomplete }
    return endings[0]
  }

  private mutating func endLine() {
    defer { line.removeAll(keepingCapacity: true) }
    if line.isEmpty {
      dispatch()
    } else if line.starts(with: "event:".utf8) {
      event = Array(line.dropFirst(6).drop { $0 == 0x20 })
    } else if line.starts(with: "data".utf8) {
      hasData = true
    }
  }

  private mutating func dispatch() {
    if hasData, endings.count < 2 {
      if event.elementsEqual("delta".utf8) {
        hasDelta = true
      } else if event.elementsEqual("done".utf8) {
        endings.append(.done)
      } else if event.elementsEqual("error".utf8) {
        endings.append(.error)
      }
    }
    event.removeAll(keepingCapacity: true)
    hasData = false
  }
}
