import Glibc

/// One axis of a chart: where a value lies, and which values are written beside it.
struct Axis {
  let low: Double
  let high: Double
  let isLogarithmic: Bool
  let ticks: [Double]

  /// A linear axis from 0 to at least `most`, with round ticks.
  static func linear(upTo most: Double, ticks count: Int = 4) -> Axis {
    let high = most > 0 && most.isFinite ? most : 1
    let rough = high / Double(count)
    let power = pow(10, log10(rough).rounded(.down))
    let step = [1, 2, 2.5, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? rough
    let top = (high / step).rounded(.up) * step
    let ticks = stride(from: 0, through: top * 1.001, by: step).map { $0 }
    return Axis(low: 0, high: top, isLogarithmic: false, ticks: ticks)
  }

  /// Time from 0 to exactly `seconds`.
  static func time(_ seconds: Double) -> Axis {
    let axis = linear(upTo: seconds, ticks: 5)
    return Axis(
      low: 0, high: max(seconds, 0.001), isLogarithmic: false,
      ticks: axis.ticks.filter { $0 <= seconds * 1.001 })
  }

  /// Whole decades around what is shown; both above 0.
  static func decades(_ least: Double, _ most: Double) -> Axis {
    let bottom = log10(max(least, 1e-6)).rounded(.down)
    let top = max(bottom + 1, log10(max(most, 1e-6)).rounded(.up))
    let ticks = stride(from: bottom, through: top, by: 1).map { pow(10, $0) }
    return Axis(low: pow(10, bottom), high: pow(10, top), isLogarithmic: true, ticks: ticks)
  }

  /// From 0 at the low end to 1 at the high one; values beyond are drawn at the end.
  func place(_ value: Double) -> Double {
    let part =
      isLogarithmic
      ? (log10(max(value, low)) - log10(low)) / (log10(high) - log10(low))
      : (value - low) / (high - low)
    return min(1, max(0, part.isFinite ? part : 0))
  }
}
