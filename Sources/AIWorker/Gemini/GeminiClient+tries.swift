import Telemetry
import WorkerAPI

/// Second tries: what may pass is asked again, after a pause, within the deadline, the budget and
/// the breaker (reference, section 7).
extension GeminiClient {
  /// Calls until one succeeds or nothing speaks for another try; answers with every call made.
  /// Throws `GeminiError` with these calls, or `CancellationError`.
  func tries<Value: Sendable>(
    _ method: String, _ model: GeminiModel, gate: GeminiGate? = nil, within: Duration? = nil,
    triesMax: Int? = nil,
    _ call: (ContinuousClock.Instant) async -> GeminiCallEnd<Value>
  ) async throws -> (Value, [ModelCall]) {
    let deadline = ContinuousClock.now + (within ?? settings.deadline)
    let gate = gate ?? self.gate
    let triesMax = triesMax ?? settings.triesMax
    var calls: [ModelCall] = []
    var timeouts = 0
    for number in 1... {
      try Task.checkCancellation()
      guard gate.admits(isFirst: number == 1) else {
        throw GeminiError(.circuitOpen, calls: calls)
      }
      let started = clock.monotonic()
      let end = await call(deadline)
      if end.wasSent { calls.append(tell(end, method, model, started: started)) }
      switch end.result {
      case .success(let value):
        gate.succeeded()
        return (value, calls)
      case .failure(var error):
        if end.wasCancelled {
          gate.abandoned()
          throw CancellationError()
        }
        if error.code.isServiceFailure { gate.failed() } else { gate.abandoned() }
        error.calls = calls
        if error.code == .timeout { timeouts += 1 }
        // A provider that hangs is asked twice at most: a family waits.
        guard error.code.mayPass, !error.hasToldText, number < triesMax, timeouts < 2,
          let pause = pause(before: number + 1, error, until: deadline), gate.takeRetry()
        else { throw error }
        observe(.geminiRetried(reason: error.code.rawValue))
        try await Task.sleep(for: pause)
      }
    }
    throw GeminiError(.refused, calls: calls)
  }

  /// How long to wait: as long as the provider asks, else longer each time, with chance in it. Nil
  /// where that is too long.
  private func pause(
    before number: Int, _ error: GeminiError, until deadline: ContinuousClock.Instant
  ) -> Duration? {
    let chance = Double.random(in: 0.5...1.5)
    let usual = settings.pauseFirst * Double(1 << min(number - 2, 10)) * chance
    let pause = max(error.retryAfter ?? .zero, usual)
    guard pause <= settings.pauseMax,
      ContinuousClock.now + pause < deadline - settings.deadline / 10
    else { return nil }
    return pause
  }

  /// Tells one call, and keeps it for the answer.
  private func tell<Value>(
    _ end: GeminiCallEnd<Value>, _ method: String, _ model: GeminiModel, started: UInt64
  ) -> ModelCall {
    let seconds = Double(clock.monotonic() - started) / 1e9
    let (outcome, error): (ModelCall.Outcome, GeminiError.Code?) =
      switch end.result {
      case .success: (.ok, nil)
      case .failure where end.wasCancelled: (.cancelled, nil)
      case .failure(let error) where error.code == .timeout: (.timeout, .timeout)
      case .failure(let error): (.error, error.code)
      }
    let version = end.version ?? model.name
    let cost = GeminiModel.named(version).costNanoUSD(end.usage, on: today)
    observe(
      .geminiCalled(
        GeminiCallRecord(
          model: version, method: method, outcome: AIOutcome(outcome), seconds: seconds,
          usage: end.usage.tokenUsage, costNanoUSD: cost, error: error?.rawValue,
          wasAbandoned: end.wasAbandoned)))
    return ModelCall(
      model: version, method: method, outcome: outcome, seconds: seconds,
      usage: end.usage.chatUsage, costNanoUSD: cost)
  }
}

extension AIOutcome {
  /// The same outcome in the words of telemetry.
  init(_ outcome: ModelCall.Outcome) {
    self =
      switch outcome {
      case .ok: .ok
      case .error: .error
      case .timeout: .timeout
      case .cancelled: .cancelled
      }
  }
}
