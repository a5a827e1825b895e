/// A value that is used and never shown: a key, a token, a URL with a password in it.
///
/// However it gets into a text (interpolation, `dump`, metadata of a log line, the description of
/// the settings around it), the text says `[redacted]`. It has no text form to encode. Whoever
/// needs the value says so: `reveal()`.
///
/// ```swift
/// let token = Secret("s3cret")
/// logger.info("starting", metadata: ["token": "\(token)"])   // [redacted]
/// request.headers[.authorization] = "Bearer " + token.reveal()
/// ```
package struct Secret<Value: Sendable>: Sendable {
  private let value: Value

  /// Keeps a value from being shown.
  package init(_ value: Value) { self.value = value }

  /// The value, for the one call that needs it.
  package func reveal() -> Value { value }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { LogRedaction.mark }
  package var debugDescription: String { LogRedaction.mark }
  package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
