import HTTPTypes

/// Letters and files.
extension OpenAPIOperations {
  static let documents: [OpenAPIOperation] = [
    OpenAPIOperation(
      method: .post, template: "/api/chat/analyze-document", id: "analyzeDocument",
      tag: "documents",
      summary: "Reads a letter. A file that the user has already is not stored a second time.",
      access: .session, parameters: [.idempotencyKey],
      body: [file, .json("AnalyzeBody")],
      answers: [
        .init(
          status: 200, description: "What the letter says; kept with the document.",
          content: [.json("AnalyzeAnswer")], headers: ["Idempotent-Replayed"])
      ], problems: [404, 409, 502, 504]),
    OpenAPIOperation(
      method: .get, template: "/api/documents", id: "listDocuments", tag: "documents",
      summary: "Documents, newest first.", access: .session, parameters: [.limit(50), .before],
      answers: [
        .init(status: 200, description: "A page.", content: [.json("DocumentList")])
      ]),
    OpenAPIOperation(
      method: .post, template: "/api/documents", id: "uploadDocument", tag: "documents",
      summary: "Stores a PDF, PNG, JPEG or WebP. The content is looked at, not the name.",
      access: .session, parameters: [.idempotencyKey], body: [file, .json("DocumentBody")],
      answers: [
        .init(
          status: 201, description: "Stored.", content: [.json("Document")],
          headers: ["Location", "Idempotent-Replayed"])
      ], problems: [409]),
    OpenAPIOperation(
      method: .get, template: "/api/documents/:id", id: "document", tag: "documents",
      summary: "One document.", access: .session, parameters: [.pathID],
      answers: [.init(status: 200, description: "It.", content: [.json("Document")])]),
    OpenAPIOperation(
      method: .delete, template: "/api/documents/:id", id: "deleteDocument", tag: "documents",
      summary: "Deletes a document with its bytes and its analysis.", access: .session,
      parameters: [.pathID], answers: [.init(status: 204, description: "Done.")]),
    OpenAPIOperation(
      method: .get, template: "/api/documents/:id/content", id: "documentContent",
      tag: "documents", summary: "The bytes, as they were uploaded.", access: .session,
      parameters: [
        .pathID,
        .init(
          name: "Range", place: .header, schema: #"{"type":"string"}"#,
          description: "One range of bytes; what is no range is ignored, several are sent whole."),
      ],
      answers: [
        .init(
          status: 200, description: "Whole.", content: bytes,
          headers: ["Content-Disposition", "ETag", "Accept-Ranges"]),
        .init(
          status: 206, description: "The part that was asked for.", content: bytes,
          headers: ["Content-Disposition", "Content-Range", "ETag", "Accept-Ranges"]),
        .init(status: 304, description: "As it was when `If-None-Match` was had."),
      ], problems: [416]),
  ]

  private static let file = OpenAPIOperation.Content(
    type: "multipart/form-data",
    schema:
      #"{"type":"object","required":["file"],"properties":{"file":{"type":"string","format":"binary","contentMediaType":"application/octet-stream"}}}"#
  )

  private static let bytes = ["application/pdf", "image/png", "image/jpeg", "image/webp"].map {
    OpenAPIOperation.Content(type: $0, schema: #"{"type":"string","format":"binary"}"#)
  }
}
