#if canImport(Glibc)
  import Glibc
#endif

/// A range of IP addresses in CIDR notation: `10.0.0.0/8`, `2001:db8::/32`, or one address.
package struct AddressRange: Sendable {
  private let network: [UInt8]
  private let bits: Int

  /// Nil where the text is no CIDR.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let network = Self.bytes(String(parts[0])) else { return nil }
    let width = network.count * 8
    if parts.count == 2 {
      guard let bits = Int(parts[1]), (0...width).contains(bits) else { return nil }
      self.bits = bits
    } else {
      bits = width
    }
    self.network = network
  }

  /// Whether the numeric address lies within.
  package func contains(_ address: String) -> Bool {
    guard let bytes = Self.bytes(address), bytes.count == network.count else { return false }
    for index in 0..<bytes.count {
      let left = bits - index * 8
      if left <= 0 { return true }
      let mask: UInt8 = left >= 8 ? 0xFF : ~(0xFF >> UInt8(left))
      if bytes[index] & mask != network[index] & mask { return false }
    }
    return true
  }

  /// 4 or 16 bytes of a numeric address, IPv4 in IPv6 as IPv4; nil for anything else.
  package static func bytes(_ address: String) -> [UInt8]? {
    var v4 = in_addr()
    if inet_pton(AF_INET, address, &v4) == 1 {
      return withUnsafeBytes(of: &v4) { Array($0) }
    }
    var v6 = in6_addr()
    guard inet_pton(AF_INET6, address, &v6) == 1 else { return nil }
    let bytes = withUnsafeBytes(of: &v6) { Array($0) }
    let mapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
    return mapped ? Array(bytes[12...]) : bytes
  }
}
