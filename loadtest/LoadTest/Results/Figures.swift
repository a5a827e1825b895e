/// A number with so many decimals, rounded.
package struct Fixed: CustomStringConvertible, Sendable {
  package let description: String

  package init(_ value: Double, _ decimals: Int) {
    guard value.isFinite, abs(value) < 1e15 else {
      description = "\(value)"
      return
    }
    var scale = 1
    for _ in 0..<decimals { scale *= 10 }
    let units = Int((abs(value) * Double(scale)).rounded())
    let sign = value < 0 && units > 0 ? "-" : ""
    guard decimals > 0 else {
      description = "\(sign)\(units)"
      return
    }
    let fraction = String(units % scale)
    let zeros = String(repeating: "0", count: decimals - fraction.count)
    description = "\(sign)\(units / scale).\(zeros)\(fraction)"
  }
}

/// Seconds, written as milliseconds with digits to suit their size.
package struct Milliseconds: CustomStringConvertible, Sendable {
  package let description: String

  package init(_ seconds: Double) {
    let value = seconds * 1000
    description = Fixed(value, value < 1 ? 3 : value < 100 ? 2 : value < 1000 ? 1 : 0).description
  }
}

/// A share, written in percent.
package struct Share: CustomStringConvertible, Sendable {
  package let description: String

  package init(_ share: Double) { description = "\(Fixed(share * 100, 2))%" }
}
