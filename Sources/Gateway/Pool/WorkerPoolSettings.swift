/// The numbers of a `WorkerPool`.
package struct WorkerPoolSettings: Sendable {
  /// From the start of one health probe of a worker to the next.
  package var probeInterval: Duration
  /// The most a probe may take.
  package var probeTimeout: Duration
  /// Failed probes in a row that mark a worker down. A refused connection does so at once.
  package var probeFailuresMax: Int
  /// Workers asked for one request, the first included.
  package var triesMax: Int
  /// Retries per request over the last seconds, and retries a second that are always allowed. The
  /// floor has to carry the death of a worker: its requests in hand all fail in one moment.
  package var retryShare: Double
  package var retryFloorPerSecond: Double
  /// Failures in a row that open a worker's breaker, and its first pause.
  package var breakerFailures: Int
  package var breakerPause: Duration
  /// Requests in hand below which a worker never passes a key on. Without it two equal requests at
  /// an idle pool could be answered by two workers, and run twice.
  package var loadSlack: Int
  /// Requests of one key in hand that keep to one worker; more of them are spread.
  package var companyMax: Int
  /// How long a connect may take.
  package var connectTimeout: Duration
  /// The most bytes of an answer.
  package var responseBytesMax: Int

  /// The numbers, with defaults for production.
  package init(
    probeInterval: Duration = .seconds(1), probeTimeout: Duration = .seconds(1),
    probeFailuresMax: Int = 2, triesMax: Int = 2,
    retryShare: Double = 0.2, retryFloorPerSecond: Double = 10, breakerFailures: Int = 5,
    breakerPause: Duration = .seconds(1), loadSlack: Int = 32, companyMax: Int = 1024,
    connectTimeout: Duration = .seconds(1), responseBytesMax: Int = 8 << 20
  ) {
    self.probeInterval = probeInterval
    self.probeTimeout = probeTimeout
    self.probeFailuresMax = probeFailuresMax
    self.triesMax = triesMax
    self.retryShare = retryShare
    self.retryFloorPerSecond = retryFloorPerSecond
    self.breakerFailures = breakerFailures
    self.breakerPause = breakerPause
    self.loadSlack = loadSlack
    self.companyMax = companyMax
    self.connectTimeout = connectTimeout
    self.responseBytesMax = responseBytesMax
  }
}
