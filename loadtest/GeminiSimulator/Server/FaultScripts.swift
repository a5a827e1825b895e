/// Answers of a service in trouble, which no generation is behind.
enum FaultScripts {
  /// The answer in place of the asked one; nil for faults that need a generation.
  static func instead(
    of model: SimulatedModel, _ fault: Fault, time: Duration
  ) -> AnswerScript? {
    // Refusals come sooner than answers.
    let soon = time / 10
    return switch fault.kind {
    case .rateLimit:
      .error(
        .quota(model: model.name, retryDelay: fault.retryDelay, perDay: false), wait: soon)
    case .rateLimitBare:
      .error(.quota(model: model.name, retryDelay: nil, perDay: false), wait: soon)
    case .quotaDay:
      .error(.quota(model: model.name, retryDelay: fault.retryDelay, perDay: true), wait: soon)
    case .internalError: .error(.internalError, wait: soon)
    case .unavailable: .error(.unavailable, wait: soon)
    case .deadline: .error(.deadline, wait: time)
    case .precondition: .error(.precondition)
    case .notFound: .error(.unknownModel(model.name, method: "generateContent"))
    case .invalidKey: .error(.wrongKey)
    case .badGateway:
      AnswerScript(
        status: 502, headers: [("Content-Type", "text/html; charset=UTF-8")], before: [.wait(soon)],
        steps: [.bytes(Array("<html><title>Error 502 (Server Error)!!1</title></html>".utf8))])
    case .emptyBody: AnswerScript(status: 503, headers: [], before: [.wait(soon)])
    case .hang: AnswerScript(status: 200, headers: [], before: [.hang])
    case .reset: AnswerScript(status: 200, headers: [], before: [.wait(soon), .cut])
    case .stall, .cut, .truncate, .streamError, .badChunk, .blocked, .empty, .maxTokens, .safety,
      .recitation, .unknownReason, .ungrounded, .badJSON, .thoughts, .says:
      nil
    }
  }
}
