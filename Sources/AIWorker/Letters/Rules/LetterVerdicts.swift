import WorkerAPI

/// Finds the words of a text that decide: granted, partly, refused, put off, told.
///
/// Its patterns are made once for a letter: making one costs more than ten searches with it.
struct LetterVerdicts {
  /// Which way, and where it is said.
  struct Found: Sendable {
    let direction: LetterAnalysis.Decision.Direction
    let places: Range<Int>
    var detail: String?
  }

  /// Words about what might be, or about somebody else's refusal.
  private let foretold =
    #/
        (?:est|sera|serait|etre|comme|repute[es]?)\h(?:considere[es]*\hcomme\h)?(?:un\h|une\h
        )?(?:reputee?\h)?(?:rejetee?s?|refusee?s?|un\hrejet|un\hrefus)
      /#

  /// In this order: a refusal wins over the grant whose words it uses.
  private let patterns: [(Regex<Substring>, LetterAnalysis.Decision.Direction, String?)] = [
    (/sans objet/, .information, "sans objet"),
    (/trop[ -]percus?|\bindus?\b/, .information, "indu"),
    (/(?:suspendu|suspension)[a-z]*/, .information, "suspension"),
    (
      #/
      n(?:e\h|')(?:vous\h)?(?:l')?(?:est|sont|a|ont|peut|peuvent|pouvez|pourra|remplissez
      |reunissez|ouvre|ouvrez|relevez|presentez|justifiez|beneficiez)\b(?:\hpas|\hplus|\h
      donc\hpas)?(?:\hete|\hetre|\hvous\hetre)?(?:\hpas)?(?:\h(?:pas\h)?(?:accorde|attribue
      |retenu|accepte|reconnu|renouvele|octroye|ouvert|beneficier|pretendre|donner\hune\h
      suite\hfavorable|suite\hfavorable|reserver\hune\hsuite\hfavorable)[a-z]*)
    /#,
      .rejet, nil
    ),
    (
      /(?:accord|avis|suite|decision|accorde[es]*|acceptee?s?) partiel[a-z]*|partiellement [a-z]+/,
      .accordPartiel, nil
    ),
    (/sursis(?: a statuer)?|surseoir|sursoi[a-z]*|ajourne[a-z]*|\bdiffere[es]*\b/, .sursis, nil),
    (
      #/
      rejet[a-z]*|refus[a-z]*|defavorable[a-z]*|non\h(?:accorde|attribue|retenu|acquis)[a-z]*
      |desaccord
    /#,
      .rejet, nil
    ),
    (
      #/
      accord(?:e|ee|es|ees|er|ons|ent)?\b|attribu(?:e|ee|es|ees|er|ons|ent|tion)\b
      |favorable[a-z]*|accepte[es]*\b|acceptation|octroi\b|octroye[a-z]*|renouvele[es]*\b
      |reconn(?:u|ue|us|ues|ait)\b|ouvre[a-z]*\h(?:vos\h|le\h|des\h|droit)|ouverture\h(?:de\h
      |du\h)|vous\hbeneficiez|vous\havez\hdroit|vous\houvrez\hdroit|maintenu[es]*\b
      |prolonge[es]*\b|\boui\b
    /#,
      .accord, nil
    ),
    (/\bnon\b/, .rejet, nil),
  ]

  /// Verdicts in the order of the text.
  func find(in plain: String) -> [Found] {
    var text = String(plain.map { $0 == "\n" || $0 == "\t" ? " " : $0 })
    var found: [Found] = []
    text.replace(foretold) {
      let words = String($0.output)
      // `est rejetée` decides; `considérée comme rejetée`, `réputé rejeté` foretell.
      let decides = words.hasPrefix("est rejet") || words.hasPrefix("est refus")
      return decides ? words : String(repeating: "_", count: words.count)
    }
    for (pattern, direction, detail) in patterns {
      let matches = text.matches(of: pattern)
      guard !matches.isEmpty else { continue }
      for match in matches {
        let lower = text.utf8.distance(from: text.startIndex, to: match.range.lowerBound)
        let places = lower..<lower + match.output.utf8.count
        found.append(Found(direction: direction, places: places, detail: detail))
      }
      // What was taken says nothing else.
      text.replace(pattern) { String(repeating: "_", count: $0.output.count) }
    }
    return found.sorted { $0.places.lowerBound < $1.places.lowerBound }
  }
}
