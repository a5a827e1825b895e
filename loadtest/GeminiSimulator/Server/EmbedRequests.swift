/// Requests for vectors (reference, section 5).
enum EmbedRequests {
  private static let batchMax = 100
  private static let taskTypes: Set = [
    "TASK_TYPE_UNSPECIFIED", "RETRIEVAL_QUERY", "RETRIEVAL_DOCUMENT", "SEMANTIC_SIMILARITY",
    "CLASSIFICATION", "CLUSTERING", "QUESTION_ANSWERING", "FACT_VERIFICATION",
    "CODE_RETRIEVAL_QUERY",
  ]

  static func one(_ node: JSONNode, model: SimulatedModel) throws(APIError) -> JSONNode {
    try RequestFields.check(node, as: "EmbedContentRequest")
    if let name = node["model"]?.text { try check(name, model) }
    return .object([("embedding", try values(node))])
  }

  static func batch(_ node: JSONNode, model: SimulatedModel) throws(APIError) -> JSONNode {
    try RequestFields.check(node, as: "BatchEmbedContentsRequest")
    let requests = GenerateRequest.list(node["requests"])
    guard !requests.isEmpty else {
      throw .badField("requests", "* BatchEmbedContentsRequest.requests: requests is not set\n")
    }
    guard requests.count <= batchMax else {
      throw .badField(
        "requests",
        "* BatchEmbedContentsRequest.requests: at most \(batchMax) requests can be in one batch\n")
    }
    var embeddings: [JSONNode] = []
    for request in requests {
      try check(request["model"]?.text ?? "", model)
      embeddings.append(try values(request))
    }
    return .object([("embeddings", .array(embeddings))])
  }

  private static func check(_ name: String, _ model: SimulatedModel) throws(APIError) {
    guard name == "models/" + model.name else {
      throw .badField(
        "requests.model",
        "* BatchEmbedContentsRequest.requests[0].model: unexpected model name format\n")
    }
  }

  private static func values(_ node: JSONNode) throws(APIError) -> JSONNode {
    let task = node["taskType"]?.text ?? "TASK_TYPE_UNSPECIFIED"
    guard taskTypes.contains(task) else { throw .badField("task_type", "Invalid value") }
    if node["title"] != nil, task != "RETRIEVAL_DOCUMENT" {
      throw .invalid("title is only allowed with task type RETRIEVAL_DOCUMENT")
    }
    let dimensions = node["outputDimensionality"]?.int ?? Embedding.dimensions
    guard (1...Embedding.dimensions).contains(dimensions) else {
      throw .badField("output_dimensionality", "output_dimensionality must be from 1 to 3072")
    }
    let text = GenerateRequest.text(of: GenerateRequest.list(node["content"]))
    guard !text.isEmpty else {
      throw .badField("content", "* EmbedContentRequest.content: empty Part\n")
    }
    return .object([
      (
        "values", .array(Embedding.vector(of: text, dimensions: dimensions).map { .number($0) })
      )
    ])
  }
}
