import Cryptography
import HTTPTypes
import ServiceHost

/// A file on its way in, whichever of the two forms the client chose: content comes out piece by
/// piece, what was said about it at the end.
struct UploadReader: Sendable {
  /// What the client said beside the bytes.
  struct Form: Sendable {
    var filename: String?
    var declaredType: String?
    /// A document that is here already, in place of a file.
    var documentID: String?
    var hasFile = false
  }

  private enum Format {
    case multipart(MultipartReader)
    case json(FlatJSONReader)
  }

  private static let textBytesMax = 4 * 1024
  private var format: Format
  private(set) var form = Form()
  private let takesDocumentID: Bool
  private var faults: [Problem.FieldError] = []
  private var seen: Set<String> = []
  /// The member or part whose value comes in now.
  private var current = ""
  private var text: [UInt8] = []
  private var base64 = Base64Decoder()

  /// - Parameter takesDocumentID: whether `document_id` may stand in place of a file.
  /// - Throws: 415 for any other type of body, 400 for a multipart body without a good boundary.
  init(_ headers: HTTPFields, takesDocumentID: Bool) throws(Problem) {
    self.takesDocumentID = takesDocumentID
    let type = HeaderParameters(headers[.contentType] ?? "")
    switch type.value {
    case "application/json": format = .json(FlatJSONReader())
    case "multipart/form-data":
      guard let reader = type["boundary"].flatMap({ MultipartReader(boundary: $0) }) else {
        throw .malformedMultipart
      }
      format = .multipart(reader)
    default: throw .unsupportedUpload
    }
  }

  /// Takes bytes of the body; the content that they held.
  mutating func feed(_ bytes: [UInt8]) throws(Problem) -> [UInt8] {
    var content: [UInt8] = []
    switch format {
    case .multipart(var reader):
      do throws(MultipartReader.Failure) {
        for event in try reader.feed(bytes) { take(event, &content) }
      } catch { throw .malformedMultipart }
      format = .multipart(reader)
    case .json(var reader):
      do throws(FlatJSONReader.Failure) {
        for event in try reader.feed(bytes) { take(event, &content) }
      } catch { throw Self.problem(error) }
      format = .json(reader)
    }
    return content
  }

  /// The body is whole: what was said, or every fault of it.
  mutating func finish() throws(Problem) -> Form {
    switch format {
    case .multipart(let reader):
      do throws(MultipartReader.Failure) { try reader.finish() } catch { throw .malformedMultipart }
    case .json(let reader):
      do throws(FlatJSONReader.Failure) { try reader.finish() } catch { throw Self.problem(error) }
      judgeJSON()
    }
    if !form.hasFile, form.documentID == nil {
      if case .multipart = format { fault("file", "required", "Un fichier est attendu.") }
    }
    guard faults.isEmpty else { throw .invalid(faults) }
    return form
  }

  private static func problem(_ failure: FlatJSONReader.Failure) -> Problem {
    switch failure {
    case .malformed: .malformedJSON("Le corps de la requête n'est pas un JSON valide.")
    case .notFlat:
      .invalid([
        .init(field: "", code: "wrong_type", message: "Un objet JSON de textes est attendu.")
      ])
    }
  }

  private mutating func fault(_ field: String, _ code: String, _ message: String) {
    guard faults.count < 20 else { return }
    faults.append(.init(field: field, code: code, message: message))
  }

  // MARK: Multipart

  private mutating func take(_ event: MultipartReader.Event, _ content: inout [UInt8]) {
    switch event {
    case .part(let name, let filename, let contentType):
      current = name
      guard name == "file" else {
        return fault(String(name.prefix(64)), "unknown_field", "Champ inconnu.")
      }
      guard !form.hasFile else {
        current = ""
        return fault("file", "too_many", "Un seul fichier à la fois.")
      }
      form.hasFile = true
      form.filename = filename
      form.declaredType = contentType
    case .content(let bytes): if current == "file" { content.append(contentsOf: bytes) }
    case .partEnded: current = ""
    }
  }

  // MARK: JSON

  private mutating func take(_ event: FlatJSONReader.Event, _ content: inout [UInt8]) {
    switch event {
    case .name(let name):
      current = name
      text = []
      let known = ["filename", "content_type", "content_base64"]
      if !known.contains(name), !(takesDocumentID && name == "document_id") {
        fault(String(name.prefix(64)), "unknown_field", "Champ inconnu.")
        current = ""
      } else if !seen.insert(name).inserted {
        fault(name, "too_many", "Ce champ est là deux fois.")
        current = ""
      } else if name == "content_base64" {
        form.hasFile = true
      }
    case .text(let bytes):
      if current == "content_base64" {
        if !base64.decode(bytes, into: &content) {
          fault(current, "invalid_base64", "Ce champ n'est pas du Base64.")
          current = ""
        }
      } else if text.count <= Self.textBytesMax {
        text.append(contentsOf: bytes.prefix(Self.textBytesMax + 1))
      }
    case .textEnded: endText()
    case .literal(let literal):
      if literal == "null" {
        seen.remove(current)
        if current == "content_base64" { form.hasFile = false }
      } else if !current.isEmpty {
        fault(current, "wrong_type", "Un texte est attendu.")
      }
    }
  }

  private mutating func endText() {
    defer { text = [] }
    switch current {
    case "content_base64":
      if !base64.isComplete { fault(current, "invalid_base64", "Ce champ n'est pas du Base64.") }
    case "filename", "content_type", "document_id":
      guard text.count <= Self.textBytesMax else {
        return fault(current, "too_long", "Ce texte est trop long.")
      }
      guard let value = String(validating: text, as: UTF8.self) else {
        return fault(current, "invalid_characters", "Ce texte n'est pas de l'UTF-8 valide.")
      }
      switch current {
      case "filename": form.filename = value
      case "content_type": form.declaredType = value
      default: form.documentID = value
      }
    default: break
    }
  }

  private mutating func judgeJSON() {
    if takesDocumentID, let id = form.documentID {
      if let canonical = DocumentID(id) {
        form.documentID = canonical.text
      } else {
        fault("document_id", "invalid_uuid", "Identifiant (UUID) attendu.")
      }
      for name in ["filename", "content_type", "content_base64"] where seen.contains(name) {
        fault(name, "unknown_field", "Ce champ ne va pas avec document_id.")
      }
      return
    }
    for name in ["filename", "content_type", "content_base64"] where !seen.contains(name) {
      if !faults.contains(where: { $0.field == name }) {
        fault(name, "required", "Ce champ est obligatoire.")
      }
    }
  }
}
