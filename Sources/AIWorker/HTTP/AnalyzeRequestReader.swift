import Cryptography
import ServiceHost
import WorkerAPI

/// Reads the body of `POST /api/chat/analyze` while it comes; the file goes straight from Base64 to
/// a file of its own in memory.
struct AnalyzeRequestReader {
  private static let textBytesMax = 4 * 1024

  let file: ScratchFile
  private(set) var contentType = ""
  /// The family agreed that the file goes to a model outside; only where the request says so.
  private(set) var consent = false
  private var reader = FlatJSONReader()
  private var base64 = Base64Decoder()
  private var head: [UInt8] = []
  private var sizeBytes = 0
  private let sizeBytesMax: Int
  private var current = ""
  private var text: [UInt8] = []
  private var seen: Set<String> = []
  private var faults: [Problem.FieldError] = []

  /// - Parameter sizeBytesMax: of the file, decoded.
  init(sizeBytesMax: Int) throws {
    self.sizeBytesMax = sizeBytesMax
    file = try ScratchFile()
  }

  /// Takes bytes of the body.
  mutating func feed(_ bytes: [UInt8]) throws {
    do throws(FlatJSONReader.Failure) {
      for event in try reader.feed(bytes) { pending.append(event) }
    } catch {
      throw Self.problem(error)
    }
    let events = pending
    pending = []
    for event in events { try take(event) }
  }

  private var pending: [FlatJSONReader.Event] = []

  /// The body is whole: what kind of file it brought.
  mutating func finish() throws -> DocumentType {
    do throws(FlatJSONReader.Failure) { try reader.finish() } catch { throw Self.problem(error) }
    for name in ["content_type", "content_base64"] where !seen.contains(name) {
      fault(name, "required", "Ce champ est obligatoire.")
    }
    if seen.contains("content_base64"), sizeBytes == 0 {
      fault("content_base64", "too_short", "Le fichier est vide.")
    }
    guard faults.isEmpty else { throw Problem.invalid(faults) }
    guard let type = DocumentType(sniffing: head), type.compare(with: contentType) != .contradicts
    else { throw Problem.unsupportedDocument }
    return type
  }

  private static func problem(_ failure: FlatJSONReader.Failure) -> Problem {
    switch failure {
    case .malformed: .malformedJSON
    case .notFlat:
      .invalid([.init(field: "", code: "wrong_type", message: "Un objet de textes est attendu.")])
    }
  }

  private mutating func fault(_ field: String, _ code: String, _ message: String) {
    guard faults.count < 20 else { return }
    faults.append(.init(field: String(field.prefix(64)), code: code, message: message))
  }

  private mutating func take(_ event: FlatJSONReader.Event) throws {
    switch event {
    case .name(let name):
      current = name
      text = []
      if !seen.insert(name).inserted { fault(name, "too_many", "Ce champ est là deux fois.") }
    case .text(let bytes):
      if current == "content_base64" {
        try content(bytes)
      } else if text.count <= Self.textBytesMax {
        text.append(contentsOf: bytes.prefix(Self.textBytesMax + 1))
      }
    case .textEnded:
      if current == "content_base64", !base64.isComplete {
        fault(current, "invalid_base64", "Ce champ n'est pas du Base64.")
      } else if current == "content_type" {
        contentType = String(decoding: text.prefix(256), as: UTF8.self)
      } else if current == "consent" {
        fault(current, "wrong_type", "Vrai ou faux attendu.")
      }
    case .literal(let literal):
      let isConsent = current == "consent" && ["true", "false", "null"].contains(literal)
      if ["content_type", "content_base64", "filename", "consent"].contains(current), !isConsent {
        fault(current, "wrong_type", "Ce champ n'a pas le type attendu.")
      }
      if isConsent { consent = literal == "true" }
    }
  }

  private mutating func content(_ letters: [UInt8]) throws {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(letters.count)
    guard base64.decode(letters, into: &bytes) else {
      throw Problem.invalid([
        .init(
          field: "content_base64", code: "invalid_base64",
          message: "Ce champ n'est pas du Base64.")
      ])
    }
    sizeBytes += bytes.count
    guard sizeBytes <= sizeBytesMax else { throw Problem.fault(.bodyTooLarge(limit: sizeBytesMax)) }
    if head.count < DocumentType.sniffedBytes {
      head.append(contentsOf: bytes.prefix(DocumentType.sniffedBytes - head.count))
    }
    try file.write(bytes)
  }
}
