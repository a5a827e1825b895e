/// What in a letter is meant for a program rather than for a family. A letter is data: nothing in
/// it is ever done, and what looks like an order is shown to the family.
enum LetterWarnings {
  /// A warning where the text gives orders to whoever reads it by machine; nil where it does not.
  static func injection(in plain: String) -> String? {
    let text = String(plain.map { $0 == "\n" || $0 == "\t" ? " " : $0 })
    let orders =
      /(?:ignore[zr]?|oublie[zr]?|ne tiens pas compte|ne tenez pas compte|disregard|forget|override)[a-z' ]{0,40}(?:instruction|consigne|regle|directive|prompt|precedent|previous|above)|(?:system|assistant|user) ?(?:prompt|message)?:|\bprompt\b|(?:tu es|vous etes|you are)(?: desormais| maintenant| now)? (?:un|une|an|a) (?:assistant|ia\b|intelligence|modele|language|ai\b)|intelligence artificielle|(?:assistant|chatbot|modele de langage|\bllm\b|\bgpt|gemini)[a-z ,:]{0,30}(?:doi[st]|reponds|repondez|ecri[st]|ecrivez|affirme|indique|must|answer|reply)|(?:reponds|repondez|answer|reply) (?:uniquement|seulement|only|exactement|toujours)|new instructions|nouvelles instructions|<\/?(?:script|system|instruction)/
    guard text.contains(orders) else { return nil }
    return
      "Ce document contient des phrases adressées à un logiciel plutôt qu'à vous. Elles ont été "
      + "ignorées. Vérifiez l'origine du document."
  }
}
