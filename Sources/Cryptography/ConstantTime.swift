import COpenSSL

/// Comparisons whose duration tells nothing of where two secrets differ.
package enum ConstantTime {
  /// Whether both are the same; the length alone may show.
  package static func equal(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    one.count == other.count && CRYPTO_memcmp(one, other, one.count) == 0
  }
}
