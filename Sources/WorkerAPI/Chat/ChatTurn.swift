/// One earlier message of a conversation, as the model is to see it.
package struct ChatTurn: Codable, Sendable, Hashable {
  /// Who wrote a turn.
  package enum Role: String, Codable, Sendable, Hashable {
    case user
    case assistant
  }

  package var role: Role
  package var content: String

  package init(role: Role, content: String) {
    self.role = role
    self.content = content
  }
}
