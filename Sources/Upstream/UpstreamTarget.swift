/// The host and port of a URL, as far as name resolution and labels need them. libcurl reads the
/// rest of the URL itself.
struct UpstreamTarget {
  /// Host in lower case without brackets.
  let host: String
  let port: Int
  /// Over TLS.
  let isSecure: Bool
  /// Host and port as one, for events and errors.
  var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// `nil` unless `url` is an absolute http or https URL without user name, white space or control
  /// characters.
  init?(_ url: String) {
    let bytes = Array(url.utf8)
    guard bytes.count <= 8192, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
    let rest: ArraySlice<UInt8>
    let defaultPort: Int
    isSecure = Self.hasPrefix(bytes, "https://")
    if Self.hasPrefix(bytes, "http://") {
      (rest, defaultPort) = (bytes.dropFirst(7), 80)
    } else if isSecure {
      (rest, defaultPort) = (bytes.dropFirst(8), 443)
    } else {
      return nil
    }
    let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != 0x3f && $0 != 0x23 }
    guard !authority.contains(0x40), !authority.contains(0x5c) else { return nil }
    let name: ArraySlice<UInt8>
    var tail: ArraySlice<UInt8>
    if authority.first == 0x5b {
      guard let end = authority.firstIndex(of: 0x5d) else { return nil }
      name = authority[(authority.startIndex + 1)..<end]
      tail = authority[(end + 1)...]
    } else {
      name = authority.prefix { $0 != 0x3a }
      tail = authority[name.endIndex...]
    }
    guard !name.isEmpty else { return nil }
    if tail.isEmpty {
      port = defaultPort
    } else {
      guard tail.removeFirst() == 0x3a, tail.allSatisfy({ (0x30...0x39).contains($0) }),
        let number = Int(String(decoding: tail, as: UTF8.self)), (1...65_535).contains(number)
      else { return nil }
      port = number
    }
    host = String(decoding: name, as: UTF8.self).lowercased()
  }

  private static func hasPrefix(_ bytes: [UInt8], _ prefix: StaticString) -> Bool {
    let length = prefix.utf8CodeUnitCount
    guard bytes.count >= length else { return false }
    return prefix.withUTF8Buffer { prefix in
      zip(bytes, prefix).allSatisfy { byte, wanted in
        let isUpper = (0x41...0x5a).contains(byte)
        return (isUpper ? byte | 0x20 : byte) == wanted
      }
    }
  }
}
