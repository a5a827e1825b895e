import WorkerAPI

/// Finds the words of a text that decide: granted, partly, refused, put off, told.
enum LetterVerdicts {
  /// Which way, and where it is said.
  struct Found: Sendable {
    let direction: LetterAnalysis.Decision.Direction
    let places: Range<Int>
    var detail: String?
  }

  /// Verdicts in the order of the text; a refusal wins over the grant whose words it uses.
  static func find(in plain: String) -> [Found] {
    var text = String(plain.map { $0 == "\n" || $0 == "\t" ? " " : $0 })
    var found: [Found] = []
    func take(
      _ pattern: Regex<Substring>, _ direction: LetterAnalysis.Decision.Direction,
      _ detail: String? = nil
    ) {
      for match in text.matches(of: pattern) {
        let lower = text.utf8.distance(from: text.startIndex, to: match.range.lowerBound)
        let places = lower..<lower + match.output.utf8.count
        found.append(Found(direction: direction, places: places, detail: detail))
      }
      // What was taken says nothing else.
      text.replace(pattern) { String(repeating: "_", count: $0.output.count) }
    }
    // Words about what might be, or about somebody else's refusal.
    text.replace(
      #/
        (?:est|sera|serait|etre|comme|repute[es]?)\h(?:considere[es]*\hcomme\h)?(?:un\h|une\h
        )?(?:reputee?\h)?(?:rejetee?s?|refusee?s?|un\hrejet|un\hrefus)
      /#
    ) {
      let words = String($0.output)
      // `est rejetée` decides; `considérée comme rejetée`, `réputé rejeté` foretell.
      let decides = words.hasPrefix("est rejet") || words.hasPrefix("est refus")
      return decides ? words : String(repeating: "_", count: words.count)
    }
    take(/sans objet/, .information, "sans objet")
    take(/trop[ -]percus?|\bindus?\b/, .information, "indu")
    take(/(?:suspendu|suspension)[a-z]*/, .information, "suspension")
    take(
      #/
        n(?:e\h|')(?:vous\h)?(?:l')?(?:est|sont|a|ont|peut|peuvent|pouvez|pourra|remplissez
        |reunissez|ouvre|ouvrez|relevez|presentez|justifiez|beneficiez)\b(?:\hpas|\hplus|\h
        donc\hpas)?(?:\hete|\hetre|\hvous\hetre)?(?:\hpas)?(?:\h(?:pas\h)?(?:accorde|attribue
        |retenu|accepte|reconnu|renouvele|octroye|ouvert|beneficier|pretendre|donner\hune\h
        suite\hfavorable|suite\hfavorable|reserver\hune\hsuite\hfavorable)[a-z]*)
      /#,
      .rejet)
    take(
      /(?:accord|avis|suite|decision|accorde[es]*|acceptee?s?) partiel[a-z]*|partiellement [a-z]+/,
      .accordPartiel)
    take(/sursis(?: a statuer)?|surseoir|sursoi[a-z]*|ajourne[a-z]*|\bdiffere[es]*\b/, .sursis)
    take(
      #/
        rejet[a-z]*|refus[a-z]*|defavorable[a-z]*|non\h(?:accorde|attribue|retenu|acquis)[a-z]*
        |desaccord
      /#,
      .rejet)
    take(
      #/
        accord(?:e|ee|es|ees|er|ons|ent)?\b|attribu(?:e|ee|es|ees|er|ons|ent|tion)\b
        |favorable[a-z]*|accepte[es]*\b|acceptation|octroi\b|octroye[a-z]*|renouvele[es]*\b
        |reconn(?:u|ue|us|ues|ait)\b|ouvre[a-z]*\h(?:vos\h|le\h|des\h|droit)|ouverture\h(?:de\h
        |du\h)|vous\hbeneficiez|vous\havez\hdroit|vous\houvrez\hdroit|maintenu[es]*\b
        |prolonge[es]*\b|\boui\b
      /#,
      .accord)
    take(/\bnon\b/, .rejet)
    return found.sorted { $0.places.lowerBound < $1.places.lowerBound }
  }
}
