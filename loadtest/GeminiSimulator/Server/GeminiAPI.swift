/// The API itself: from a request to the script of its answer. Nothing here knows a socket.
package struct GeminiAPI: Sendable {
  /// A request as the connection read it.
  package struct Asked: Sendable {
    var method: String
    var path: String
    var query: [String: String]
    var key: String?
    var faultHeader: String?
    var body: [UInt8]
  }

  /// An answer, and the call that it ends; nil where nothing is counted.
  struct Answer: Sendable {
    var script: AnswerScript
    var call: Int?
  }

  let settings: SimulatorSettings
  let ledger: CallLedger
  let faults: FaultPlan
  let latency: LatencyModel

  package init(
    settings: SimulatorSettings, ledger: CallLedger, faults: FaultPlan, latency: LatencyModel
  ) {
    self.settings = settings
    self.ledger = ledger
    self.faults = faults
    self.latency = latency
  }

  func answer(_ asked: Asked) -> Answer {
    guard asked.path.hasPrefix("/v1beta/models") || asked.path.hasPrefix("/v1/models") else {
      return Answer(script: .error(.notFound))
    }
    let name = asked.path.split(separator: "/").dropFirst(2).joined(separator: "/")
    let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
    guard asked.method == "POST", parts.count == 2 else {
      return Answer(script: describe(asked, model: name))
    }
    let call = ledger.begin(method: parts[1], model: parts[0], body: asked.body)
    do throws(APIError) {
      return Answer(
        script: try generate(asked, model: parts[0], method: parts[1], call), call: call)
    } catch {
      return Answer(script: .error(error), call: call)
    }
  }

  private func checkKey(_ key: String?) throws(APIError) {
    guard let key, !key.isEmpty else { throw .missingKey }
    guard settings.accepts(key: key) else { throw .wrongKey }
  }

  /// `GET /v1beta/models` and one of them.
  private func describe(_ asked: Asked, model: String) -> AnswerScript {
    do throws(APIError) {
      try checkKey(asked.key)
      guard asked.method == "GET" else { throw .notFound }
      if model.isEmpty {
        return .json(
          200, .object([("models", .array(SimulatedModel.all.map(\.description)))]))
      }
      guard let found = SimulatedModel.named(model) else { throw .notFound }
      return .json(200, found.description)
    } catch {
      return .error(error)
    }
  }

  private func generate(
    _ asked: Asked, model name: String, method: String, _ call: Int
  ) throws(APIError) -> AnswerScript {
    try checkKey(asked.key)
    let counted = method == "streamGenerateContent" ? "generateContent" : method
    guard let model = SimulatedModel.named(name), model.methods.contains(counted) else {
      throw .unknownModel(name, method: method)
    }
    let node: JSONNode
    do throws(JSONNode.Fault) {
      node = try JSONNode(parsing: asked.body)
    } catch {
      throw .malformedJSON
    }
    let prompt = GenerateRequest.text(of: GenerateRequest.list(node["contents"]))
    let fault = faults.take(method: method, prompt: prompt, header: asked.faultHeader)
    if let fault { ledger.met(fault.kind, in: call) }
    let time = latency.duration(ofCall: call)
    if let fault, let script = FaultScripts.instead(of: model, fault, time: time) { return script }
    switch method {
    case "countTokens":
      return .json(200, try Self.countTokens(node, model: model), wait: time / 10)
    case "embedContent":
      return embedding(try EmbedRequests.one(node, model: model), of: [node], time: time)
    case "batchEmbedContents":
      return embedding(
        try EmbedRequests.batch(node, model: model),
        of: GenerateRequest.list(node["requests"]), time: time)
    default:
      let request = try GenerateRequest(node, model: model)
      let generation = Generation(
        request, model: model, call: call, fault: fault, cached: cachedTokens(request))
      let streams = method == "streamGenerateContent"
      if streams, asked.query["alt"] == "sse" { return generation.events(time: time) }
      return streams ? generation.array(time: time) : generation.whole(time: time)
    }
  }

  /// Vectors, with their usage where the simulator is to tell it: what is not told is not counted.
  private func embedding(
    _ body: JSONNode, of requests: [JSONNode], time: Duration
  ) -> AnswerScript {
    guard settings.tellsEmbeddingUsage, case .object(let members) = body else {
      return .json(200, body, wait: time / 10)
    }
    let tokens = requests.reduce(0) { sum, request in
      sum + TokenCounter.count(GenerateRequest.text(of: GenerateRequest.list(request["content"])))
    }
    let usage = SpentTokens(prompt: tokens)
    var script = AnswerScript.json(
      200, .object(members + [("usageMetadata", usage.metadata(files: 0))]), wait: time / 10)
    script.steps.append(.told(usage))
    return script
  }

  /// The instruction comes from the cache where it was sent before and is long enough.
  private func cachedTokens(_ request: GenerateRequest) -> Int {
    let tokens = TokenCounter.count(request.instruction)
    guard tokens >= settings.cachedPrefixTokensMin,
      ledger.knowsPrefix(request.instruction.hashValue)
    else { return 0 }
    return tokens
  }

  private static func countTokens(
    _ node: JSONNode, model: SimulatedModel
  ) throws(APIError) -> JSONNode {
    try RequestFields.check(node, as: "CountTokensRequest")
    let inner = node["generateContentRequest"]
    if let inner {
      guard inner["model"]?.text == "models/" + model.name else {
        throw .badField("generate_content_request.model", "unexpected model name format")
      }
    }
    let request = try GenerateRequest(
      inner ?? .object([("contents", node["contents"] ?? .array([]))]), model: model)
    let text = TokenCounter.count(request.instruction) + TokenCounter.count(request.text)
    let files = request.files * TokenCounter.fileTokens
    return .object([
      ("totalTokens", .int(text + files)),
      (
        "promptTokensDetails",
        .array(
          [("TEXT", text), ("IMAGE", files)].filter { $0.1 > 0 }.map {
            .object([("modality", .string($0.0)), ("tokenCount", .int($0.1))])
          })
      ),
    ])
  }
}
