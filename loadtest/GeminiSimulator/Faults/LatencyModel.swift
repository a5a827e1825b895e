import Glibc
import Synchronization

/// How long calls take: log-normal, each by its number and a seed, so that a run can be repeated.
package final class LatencyModel: Sendable {
  /// The distribution, settable while the simulator runs.
  package struct Shape: Sendable, Equatable {
    /// Half of the answers take less; zero answers at once.
    package var median: Duration
    /// Standard deviation of the logarithm: 0.6 gives a P99 of four times the median.
    package var sigma: Double
    /// No answer takes longer.
    package var max: Duration

    package init(
      median: Duration = .milliseconds(800), sigma: Double = 0.6, max: Duration = .seconds(20)
    ) {
      self.median = median
      self.sigma = sigma
      self.max = max
    }
  }

  private let seed: UInt64
  private let state: Mutex<Shape>

  package init(_ shape: Shape = Shape(), seed: UInt64 = 1) {
    self.seed = seed
    state = Mutex(shape)
  }

  package var shape: Shape {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }

  /// The time of the call with this number, from the request to the last byte.
  package func duration(ofCall number: Int) -> Duration {
    let shape = shape
    guard shape.median > .zero else { return .zero }
    var random = RandomSource(seed: seed &+ UInt64(number) &* 0x2545_F491_4F6C_DD1D)
    // Box and Muller: two even numbers make a normal one.
    let radius = sqrt(-2 * log(Swift.max(random.unit(), 1e-12)))
    let normal = radius * cos(2 * .pi * random.unit())
    return Swift.min(shape.max, shape.median * exp(shape.sigma * normal))
  }
}
