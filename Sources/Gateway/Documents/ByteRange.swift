/// The part of a file that a client asks for: one range of RFC 9110, section 14.
package enum ByteRange: Equatable, Sendable {
  /// No range, one that is not understood, or several: the whole is sent.
  case whole
  case part(ClosedRange<Int>)
  /// Beyond the end: 416.
  case unsatisfiable

  /// Reads a `Range` header for a file of `sizeBytes`.
  package init(_ header: String?, sizeBytes: Int) {
    guard let header, header.lowercased().hasPrefix("bytes=") else {
      self = .whole
      return
    }
    let text = header.dropFirst(6).filter { $0 != " " && $0 != "\t" }
    let bounds = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard bounds.count == 2, !text.contains(","),
      bounds.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
    else {
      self = .whole
      return
    }
    // A number with more digits than Int holds lies beyond any file.
    let first = bounds[0].isEmpty ? nil : Int(bounds[0]) ?? .max
    let last = bounds[1].isEmpty ? nil : Int(bounds[1]) ?? .max
    switch (first, last) {
    case (nil, nil): self = .whole
    case (nil, .some(let count)):
      let begin = max(0, sizeBytes - count)
      self = count == 0 || sizeBytes == 0 ? .unsatisfiable : .part(begin...sizeBytes - 1)
    case (.some(let begin), let end):
      let end = end ?? .max
      if end < begin {
        self = .whole
      } else if begin >= sizeBytes {
        self = .unsatisfiable
      } else {
        self = .part(begin...min(end, sizeBytes - 1))
      }
    }
  }
}
