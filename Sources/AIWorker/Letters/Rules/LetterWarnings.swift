/// What in a letter is meant for a program rather than for a family. A letter is data: nothing in
/// it is ever done, and what looks like an order is shown to the family.
enum LetterWarnings {
  /// What a family is told of such sentences.
  static let injection =
    "Ce document contient des phrases adressées à un logiciel plutôt qu'à vous. Elles ont été "
    + "ignorées. Vérifiez l'origine du document."

  /// The sentences that give orders to whoever reads the text by machine.
  static func injections(in text: FoldedText) -> [Range<Int>] {
    let flat = String(text.plain.map { $0 == "\n" || $0 == "\t" ? " " : $0 })
    let orders =
      #/
        (?:ignore[zr]?|oublie[zr]?|ne\htiens\hpas\hcompte|ne\htenez\hpas\hcompte|disregard
        |forget|override)[a-z'\h]{0,40}(?:instruction|consigne|regle|directive|prompt|precedent
        |previous|above)|(?:system|assistant|user)\h?(?:prompt|message)?:|\bprompt\b|(?:tu\hes
        |vous\hetes|you\hare)(?:\hdesormais|\hmaintenant|\hnow)?\h(?:un|une|an|a)\h(?:assistant
        |ia\b|intelligence|modele|language|ai\b)|intelligence\hartificielle|(?:assistant|chatbot
        |modele\hde\hlangage|\bllm\b|\bgpt|gemini)[a-z\h,:]{0,30}(?:doi[st]|reponds|repondez
        |ecri[st]|ecrivez|affirme|indique|must|answer|reply)|(?:reponds|repondez|answer|reply)\h
        (?:uniquement|seulement|only|exactement|toujours)|new\hinstructions|nouvelles\h
        instructions|<\/?(?:script|system|instruction)
      /#
    let ends = Set(".!?;".utf8)
    let bytes = Array(flat.utf8)
    return flat.matches(of: orders).map { match in
      var start = flat.utf8.distance(from: flat.startIndex, to: match.range.lowerBound)
      var end = flat.utf8.distance(from: flat.startIndex, to: match.range.upperBound)
      // To the ends of the sentence; a paragraph ends one too, unless it goes on in small letters.
      while start > 0, !ends.contains(bytes[start - 1]), !isParagraph(text, start) { start -= 1 }
      while end < bytes.count, !ends.contains(bytes[end]), !isParagraph(text, end + 1) { end += 1 }
      return start..<end
    }
  }

  private static func isParagraph(_ text: FoldedText, _ place: Int) -> Bool {
    guard text.plain(max(0, place - 2)..<place) == "\n\n", place < text.characters.count else {
      return false
    }
    let next = text.characters[place]
    return !next.isLowercase && !next.isNumber
  }
}
