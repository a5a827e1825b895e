/// A client's address as logs may hold it: the network, never the household.
package enum ClientAddress {
  /// `203.0.113.0/24` for four bytes, `2001:db8:1::/48` for sixteen; nil for any other count.
  ///
  /// An IPv4 address mapped into IPv6 is shown as what it is.
  package static func truncated(_ bytes: [UInt8]) -> String? {
    switch bytes.count {
    case 4: return "\(bytes[0]).\(bytes[1]).\(bytes[2]).0/24"
    case 16:
      let isMapped = bytes[0..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xff && bytes[11] == 0xff
      if isMapped { return truncated(Array(bytes[12...])) }
      var groups = (0..<3).map { UInt16(bytes[$0 * 2]) << 8 | UInt16(bytes[$0 * 2 + 1]) }
      while groups.last == 0 { groups.removeLast() }
      let prefix = groups.map { String($0, radix: 16) }.joined(separator: ":")
      return prefix + "::/48"
    default: return nil
    }
  }
}
