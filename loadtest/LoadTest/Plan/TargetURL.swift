/// An `http://` address taken apart: where to connect, and what to ask for.
package struct TargetURL: Sendable, Equatable, CustomStringConvertible {
  /// Name or address to connect to; an IPv6 address without its brackets.
  package let host: String
  package let port: Int
  /// Path and query, at least `/`; never a fragment, which no server sees.
  package let path: String
  /// The `Host` header.
  package let authority: String

  package var description: String { "http://\(authority)\(path == "/" ? "" : path)" }

  /// Reads `http://host[:port][/path]`.
  ///
  /// Throws ``TargetURLError``, whose text says what is wrong.
  package init(_ text: String) throws(TargetURLError) {
    guard let scheme = text.range(ofText: "://") else {
      throw TargetURLError(text, "needs http:// before the host")
    }
    switch text[..<scheme.lowerBound].lowercased() {
    case "http": break
    case "https": throw TargetURLError(text, "https is not supported: measure behind the TLS end")
    default: throw TargetURLError(text, "only http:// can be loaded")
    }
    let rest = text[scheme.upperBound...]
    let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
    let authority = rest[..<end]
    let path = rest[end...].prefix { $0 != "#" }
    guard !authority.contains("@") else { throw TargetURLError(text, "holds user information") }
    guard (authority + path).utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
      throw TargetURLError(text, "holds characters that must be percent-encoded")
    }
    let name: Substring
    var after: Substring
    if authority.hasPrefix("[") {
      guard let close = authority.firstIndex(of: "]") else {
        throw TargetURLError(text, "has no ] after the address")
      }
      name = authority[..<close].dropFirst()
      after = authority[authority.index(after: close)...]
    } else {
      name = authority.prefix { $0 != ":" }
      after = authority[name.endIndex...]
    }
    guard !name.isEmpty else { throw TargetURLError(text, "has no host") }
    var port = 80
    if !after.isEmpty {
      guard after.removeFirst() == ":", let number = Int(after), (1...65_535).contains(number)
      else { throw TargetURLError(text, "has a bad port") }
      port = number
    }
    host = String(name)
    self.port = port
    self.authority = String(authority)
    self.path = path.first == "/" ? String(path) : "/" + path
  }
}

/// Why a text is no address that can be loaded.
package struct TargetURLError: Error, Equatable, CustomStringConvertible {
  package let description: String

  init(_ text: String, _ reason: String) { description = "\"\(text)\" \(reason)" }
}

extension String {
  /// The first place of `text`, or nil.
  func range(ofText text: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) {
        return start..<index(start, offsetBy: text.count)
      }
      start = index(after: start)
    }
    return nil
  }
}
