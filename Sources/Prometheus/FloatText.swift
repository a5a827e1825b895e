/// Floating-point numbers as the Go client writes them.
enum FloatText {
  /// Shortest digits that read back as the same number; `e` form below 1e-4 and from 1e+06 on.
  static func go(_ value: Double) -> [UInt8] {
    if value.isNaN { return Array("NaN".utf8) }
    if value.isInfinite { return Array((value < 0 ? "-Inf" : "+Inf").utf8) }
    if value == 0 { return [UInt8(ascii: "0")] }
    var (digits, point) = decimal(value.magnitude)
    while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
    var bytes: [UInt8] = value < 0 ? [UInt8(ascii: "-")] : []
    let exponent = point - 1
    if exponent < -4 || exponent >= 6 {
      bytes.append(digits[0])
      if digits.count > 1 {
        bytes.append(UInt8(ascii: "."))
        bytes.append(contentsOf: digits[1...])
      }
      bytes.append(UInt8(ascii: "e"))
      bytes.append(UInt8(ascii: exponent < 0 ? "-" : "+"))
      if exponent.magnitude < 10 { bytes.append(UInt8(ascii: "0")) }
      bytes.append(contentsOf: String(exponent.magnitude).utf8)
    } else if point <= 0 {
      bytes.append(contentsOf: "0.".utf8)
      bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: -point))
      bytes.append(contentsOf: digits)
    } else if digits.count <= point {
      bytes.append(contentsOf: digits)
      bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: point - digits.count))
    } else {
      bytes.append(contentsOf: digits[..<point])
      bytes.append(UInt8(ascii: "."))
      bytes.append(contentsOf: digits[point...])
    }
    return bytes
  }

  /// The form OpenMetrics wants for `le` and `quantile`: `.0` is added to a whole number.
  static func canonical(_ value: Double) -> [UInt8] {
    var bytes = go(value)
    let isWhole = !bytes.contains(UInt8(ascii: ".")) && !bytes.contains(UInt8(ascii: "e"))
    if value.isFinite && isWhole { bytes.append(contentsOf: ".0".utf8) }
    return bytes
  }

  /// The shortest digits without leading zeros, and where the decimal point stands among them.
  private static func decimal(_ value: Double) -> (digits: [UInt8], point: Int) {
    var digits: [UInt8] = []
    var point: Int?
    var exponent = 0
    var rest = value.description.utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: ".") {
        point = digits.count
      } else if byte == UInt8(ascii: "e") {
        exponent = Int(Substring(rest)) ?? 0
        break
      } else {
        digits.append(byte)
      }
    }
    var place = (point ?? digits.count) + exponent
    let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
    digits.removeFirst(min(zeros, digits.count - 1))
    place -= zeros
    return (digits, place)
  }
}
