/// One generation: its text, its tokens, its faults, as a stream, an array or whole.
struct Generation {
  private let model: SimulatedModel
  private let request: GenerateRequest
  private let fault: Fault?
  private let pieces: [String]
  private let finishReason: String
  private let prompt: SpentTokens
  private let responseID: String
  private static let thought = "**Lecture de la question**\n\nJe cherche dans les fiches."

  init(
    _ request: GenerateRequest, model: SimulatedModel, call: Int, fault: Fault?, cached: Int
  ) {
    self.model = model
    self.request = request
    self.fault = fault
    var writer = AnswerWriter(request)
    var text = writer.text()
    if request.wantsJSON {
      let value = request.schema.map { SchemaWriter(request).value($0) }
      text = String(
        decoding: (value ?? .object([("answer", .string(text))])).line, as: UTF8.self)
      if fault?.kind == .badJSON { text = String(text.prefix(max(1, text.count / 2))) }
    }
    if fault?.kind == .says, let told = fault?.text { text = told }
    if fault?.kind == .ungrounded {
      text += " Le montant est de 9 876,54 € depuis le 17 mars 2031, avec le cerfa n° 99999*09."
    }
    for stop in request.stopSequences {
      if let range = text.range(ofText: stop) { text = String(text[..<range.lowerBound]) }
    }
    let all =
      TokenCounter.count(request.instruction) + TokenCounter.count(request.text)
      + request.files * TokenCounter.fileTokens
    let thoughts = writer.thoughts(max: request.thinkingTokensMax)
    prompt = SpentTokens(
      prompt: all - min(cached, all), cached: min(cached, all), thoughts: thoughts)
    var reason = "STOP"
    // Thinking counts against the bound (reference, section 2).
    if let most = request.maxOutputTokens, TokenCounter.count(text) + thoughts > most {
      text = String(decoding: Array(text.utf8).prefix(max(0, most - thoughts) * 4), as: UTF8.self)
      reason = "MAX_TOKENS"
    }
    finishReason = reason
    pieces = text.isEmpty ? [] : writer.pieces(of: text)
    var random = RandomSource("\(call)")
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
    responseID = String((0..<23).map { _ in letters[Int(random.next() % 64)] })
  }

  /// The tokens once so many pieces are told.
  private func tokens(after count: Int) -> SpentTokens {
    var tokens = prompt
    tokens.candidates = TokenCounter.count(pieces.prefix(count).joined())
    return tokens
  }

  private func response(
    parts: [JSONNode]?, finishReason: String?, tokens: SpentTokens
  ) -> JSONNode {
    var candidate: [(name: String, value: JSONNode)] = []
    if let parts {
      candidate.append(
        (
          "content",
          .object(
            (parts.isEmpty ? [] : [("parts", .array(parts))]) + [("role", "model")])
        ))
    }
    if let finishReason { candidate.append(("finishReason", .string(finishReason))) }
    candidate.append(("index", 0))
    return envelope([("candidates", .array([.object(candidate)]))], tokens)
  }

  private func envelope(
    _ first: [(name: String, value: JSONNode)], _ tokens: SpentTokens
  ) -> JSONNode {
    .object(
      first + [
        ("usageMetadata", tokens.metadata(files: request.files)),
        ("modelVersion", .string(model.name)), ("responseId", .string(responseID)),
      ])
  }

  private static func part(_ text: String, isThought: Bool = false) -> JSONNode {
    .object([("text", .string(text))] + (isThought ? [("thought", .bool(true))] : []))
  }

  private var thoughtParts: [JSONNode] {
    (request.showsThoughts && prompt.thoughts > 0) || fault?.kind == .thoughts
      ? [Self.part(Self.thought, isThought: true)] : []
  }

  /// An answer that is over before any text, by fault; nil where there is text to tell.
  private var withoutText: (JSONNode, SpentTokens)? {
    switch fault?.kind {
    case .blocked:
      var tokens = prompt
      tokens.thoughts = 0
      let feedback = JSONNode.object([("blockReason", "PROHIBITED_CONTENT")])
      return (envelope([("promptFeedback", feedback)], tokens), tokens)
    case .empty: return (response(parts: nil, finishReason: "OTHER", tokens: prompt), prompt)
    case .maxTokens:
      return (response(parts: [], finishReason: "MAX_TOKENS", tokens: prompt), prompt)
    case .unknownReason:
      return (response(parts: nil, finishReason: "SOMETHING_NEW", tokens: prompt), prompt)
    default: return nil
    }
  }

  // MARK: Shapes

  /// `generateContent`.
  func whole(time: Duration) -> AnswerScript {
    let (body, tokens): (JSONNode, SpentTokens)
    if let (answer, spent) = withoutText {
      (body, tokens) = (answer, spent)
    } else if let reason = breakingReason {
      tokens = self.tokens(after: 0)
      body = response(parts: nil, finishReason: reason, tokens: tokens)
    } else {
      tokens = self.tokens(after: pieces.count)
      // JSON may come in several parts (reference, section 2).
      let parts =
        request.wantsJSON
        ? pieces.map { Self.part($0) } : pieces.isEmpty ? [] : [Self.part(pieces.joined())]
      body = response(parts: thoughtParts + parts, finishReason: finishReason, tokens: tokens)
    }
    var script = AnswerScript.json(200, body, wait: time)
    switch fault?.kind {
    case .cut, .truncate, .stall, .badChunk, .streamError:
      // There are no events to break between: the body itself ends, or stops, half-way.
      let half = Array(body.pretty.prefix(body.pretty.count / 2))
      script.saysLength = fault?.kind != .cut && fault?.kind != .stall
      script.steps = [.bytes(half)] + (fault?.kind == .stall ? [.hang] : [])
      if fault?.kind == .cut { script.steps.append(.cut) }
    default: script.steps.append(.told(tokens))
    }
    return script
  }

  private var breakingReason: String? {
    switch fault?.kind {
    case .safety: "SAFETY"
    case .recitation: "RECITATION"
    default: nil
    }
  }

  /// `streamGenerateContent?alt=sse`.
  func events(time: Duration) -> AnswerScript {
    var script = AnswerScript.stream
    let responses = responses()
    // The first event takes nearly half of the time, the others share the rest.
    script.before = [.wait(responses.count > 1 ? time * 0.45 : time)]
    let pause = responses.count > 1 ? time * 0.55 / Double(responses.count - 1) : .zero
    for (index, response) in responses.enumerated() {
      if index > 0, pause > .zero { script.steps.append(.wait(pause)) }
      script.steps += [.bytes(AnswerScript.event(response.0)), .told(response.1)]
    }
    script.steps += endSteps
    return script
  }

  /// `streamGenerateContent` without `alt=sse`: one array, piece by piece.
  func array(time: Duration) -> AnswerScript {
    var script = AnswerScript.stream
    script.headers[0] = ("Content-Type", "application/json; charset=UTF-8")
    script.before = [.wait(time)]
    for (index, response) in responses().enumerated() {
      let opening = Array((index == 0 ? "[" : ",\r\n").utf8)
      script.steps += [.bytes(opening + response.0.pretty), .told(response.1)]
    }
    script.steps.append(.bytes(Array("]".utf8)))
    return script
  }

  /// Every response of a stream up to where a fault ends it, each with the tokens told by then.
  private func responses() -> [(JSONNode, SpentTokens)] {
    if let answer = withoutText { return [answer] }
    var all: [(JSONNode, SpentTokens)] = []
    if !thoughtParts.isEmpty {
      all.append((response(parts: thoughtParts, finishReason: nil, tokens: prompt), prompt))
    }
    let breaks = endsEarly || breakingReason != nil
    let count = breaks ? min(fault?.after ?? 1, max(0, pieces.count - 1)) : pieces.count
    for index in 0..<count {
      let spent = tokens(after: index + 1)
      let isLast = index == pieces.count - 1
      all.append(
        (
          response(
            parts: [Self.part(pieces[index])], finishReason: isLast ? finishReason : nil,
            tokens: spent), spent
        ))
    }
    let spent = tokens(after: count)
    if let breakingReason {
      all.append((response(parts: nil, finishReason: breakingReason, tokens: spent), spent))
    } else if pieces.isEmpty, !endsEarly {
      all.append((response(parts: [], finishReason: finishReason, tokens: spent), spent))
    }
    return all
  }

  private var endsEarly: Bool {
    switch fault?.kind {
    case .stall, .cut, .truncate, .streamError, .badChunk: true
    default: false
    }
  }

  private var endSteps: [AnswerScript.Step] {
    switch fault?.kind {
    case .stall: [.hang]
    case .cut: [.cut]
    case .streamError: [.bytes(APIError.cancelled.body.pretty)]
    case .badChunk: [.bytes(Array("data: {\"candidates\": [{\"content\": {\"par\r\n\r\n".utf8))]
    default: []
    }
  }
}
