import Foundation

/// The id of a document as clients write it.
struct DocumentID: Sendable, Equatable {
  /// UUID, lower-case.
  let text: String

  /// Nil for what is no UUID; such an id names nothing.
  init?(_ text: String) {
    guard let id = UUID(uuidString: text) else { return nil }
    self.text = id.uuidString.lowercased()
  }
}
