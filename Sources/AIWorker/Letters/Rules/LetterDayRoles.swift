/// Says what each day in a letter is for, by what stands around it.
struct LetterDayRoles: Sendable {
  /// A day, where it stands, and what for.
  struct Day: Sendable {
    let found: LetterDates.Found
    var role: String
    var label: String
  }

  /// Days in the order of the text.
  private(set) var days: [Day] = []

  init(_ text: FoldedText, kind: LetterKind) {
    let found = LetterDates.find(in: text)
    var hasLetterDay = false
    for (index, day) in found.enumerated() {
      let previous = index > 0 ? found[index - 1] : nil
      let next = index + 1 < found.count ? found[index + 1] : nil
      var role = Self.role(day, previous, next, text)
      if role == "courrier" {
        if hasLetterDay { role = "autre" } else { hasLetterDay = true }
      }
      if kind == .cafDebt {
        // `du … au …` is what was paid too much; a day alone is when it will be taken back.
        if role == "debut", next.map({ Self.isPair(day, $0, text) }) == true { role = "periode" }
        if role == "fin", previous.map({ Self.isPair($0, day, text) }) == true { role = "periode" }
      }
      days.append(Day(found: day, role: role, label: Self.label(day, text)))
    }
    if !hasLetterDay { chooseLetterDay(text) }
  }

  /// Without its usual words, the letter's day is the first one that is alone on its line.
  private mutating func chooseLetterDay(_ text: FoldedText) {
    let index = days.firstIndex { day in
      guard day.role == "autre" else { return false }
      let places = day.found.places
      let before = text.plain(max(0, places.lowerBound - 12)..<places.lowerBound)
      let after = text.plain(places.upperBound..<min(text.characters.count, places.upperBound + 2))
      return (before.isEmpty || before.contains(/[\n\t] ?(?:le |date ?: ?)?$/))
        && (after.isEmpty || after.first == "\n" || after.first == "\t")
    }
    if let index { days[index].role = "courrier" }
  }

  private static func role(
    _ day: LetterDates.Found, _ previous: LetterDates.Found?, _ next: LetterDates.Found?,
    _ text: FoldedText
  ) -> String {
    let places = day.places
    var start = max(0, places.lowerBound - 110)
    if let previous, previous.places.upperBound <= places.lowerBound {
      start = max(start, previous.places.upperBound)
    }
    let raw = text.plain(start..<places.lowerBound)
    let after = text.plain(places.upperBound..<min(text.characters.count, places.upperBound + 30))
    if isLetterDay(raw, after) { return "courrier" }
    // Only the sentence that it stands in.
    let flat = String(raw.map { $0 == "\n" || $0 == "\t" ? " " : $0 })
    let sentence = flat.ranges(of: /[.;!?] +/).last.map { flat[$0.upperBound...] } ?? flat[...]
    let before = Self.withoutWeekday(sentence)
    if let role = periodRole(before, day, previous, next, text) { return role }
    return nearestRole(before) ?? "autre"
  }

  private static func withoutWeekday(_ text: Substring) -> Substring {
    let weekday = /(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) $/
    return text.firstMatch(of: weekday).map { text[..<$0.range.lowerBound] } ?? text
  }

  /// `Ville, le …` at the end of a line, or a line that says so.
  private static func isLetterDay(_ raw: Substring, _ after: Substring) -> Bool {
    let line =
      raw.lastIndex { $0 == "\n" || $0 == "\t" }.map { raw[raw.index(after: $0)...] } ?? raw
    let endsThere = after.isEmpty || after.contains(/^ ?[.]?[\n\t]/)
    if line.contains(
      #/
        ^(?:fait\h)?(?:a\h)?[a-z'\h\-]{0,40},?\h?\ble\h(?:lundi\h|mardi\h|mercredi\h|jeudi\h
        |vendredi\h|samedi\h|dimanche\h)?$
      /#
    ),
      endsThere, !line.contains(/\b(?:avant|depuis|paye|verse|nee?|recue?|deposee?|reunie|jusqu)/)
    {
      return true
    }
    return line.contains(
      #/
        (?:^|\b)(?:date(?:\hdu\hcourrier|\hd'edition|\hd'envoi|\hde\hnotification)?|edite[e]?\h
        le|emis[e]?\hle|courrier\hdu|envoye[e]?\hle)\h?:?\h?(?:le\h)?$
      /#
    )
  }

  /// `… au …`: two ends of one period.
  private static func isPair(
    _ first: LetterDates.Found, _ second: LetterDates.Found, _ text: FoldedText
  ) -> Bool {
    guard second.places.lowerBound >= first.places.upperBound else { return false }
    let between = text.plain(first.places.upperBound..<second.places.lowerBound)
    let flat = String(between.map { $0 == "\n" || $0 == "\t" ? " " : $0 })
    return flat.count < 16 && flat.contains(/^[ ,]*(?:et )?(?:jusqu')?(?:au|a) (?:[a-z]+di )?$/)
  }

  private static func periodRole(
    _ before: Substring, _ day: LetterDates.Found, _ previous: LetterDates.Found?,
    _ next: LetterDates.Found?, _ text: FoldedText
  ) -> String? {
    let isPeriod = before.contains(/periode[a-z ]{0,30}(?:du|de) $/)
    if let next {
      if isPair(day, next, text),
        before.contains(/(?:\bdu|de|depuis le|a compter du|a partir du|:) ?$/)
      {
        return isPeriod ? "periode" : "debut"
      }
    }
    if before.contains(
      #/
        (?:a\hcompter\hdu|a\hpartir\hdu|depuis\hle|des\hle|effet\h(?:au|du|le|:)|debut(?:\hdes\h
        droits|\hde\hdroit|\hle)?\h?:?)\h?$
      /#
    ) {
      return "debut"
    }
    if let previous, before.count < 16,
      before.contains(/^[ ,]*(?:et )?(?:jusqu')?(?:au|a) ?$/),
      previous.places.upperBound < day.places.lowerBound
    {
      let lead = text.plain(max(0, previous.places.lowerBound - 60)..<previous.places.lowerBound)
      return lead.replacing("\n", with: " ").contains(/periode[a-z ]{0,30}du ?$/)
        ? "periode" : "fin"
    }
    if before.contains(/(?:sans reponse|sans nouvelle|avant|plus tard)[a-z ']{0,60}(?:le|au) ?$/) {
      return "echeance"
    }
    if before.contains(
      #/
        (?:jusqu'au|\bfin(?:\hdes\hdroits|\hde\hdroit|\hde\hvalidite|\hle)?\h?:?|expire(?:ra)?\h
        le|valable\hjusqu[a-z']*\h?(?:au|le)?|valide\hjusqu[a-z']*\h?(?:au|le)?|echeance(?:\h
        des\hdroits)?\h?:?)\h?$
      /#
    ) {
      return "fin"
    }
    return nil
  }

  /// The role whose word stands nearest before the day.
  private static func nearestRole(_ before: Substring) -> String? {
    let words: [(Regex<Substring>, String)] = [
      (/\bnee? (?:\(e\) )?(?:le|:)|\bnaissance/, "naissance"),
      (/\bne\(e\)|\bne le/, "naissance"),
      (/rendez-vous|convoque[es]*|vous recevr|entretien|visite|audience/, "rendez-vous"),
      (/avant|au plus tard|date limite|sans reponse|delai|d'ici/, "echeance"),
      (/paye[es]*|verse[es]*|virement|versement|paiement|regle[es]*/, "paiement"),
      (
        /reunie?|seance|commission|cdaph|par decision|decide|statue|notifie[es]*|arrete du/,
        "seance"
      ),
      (
        /demande|depose[es]*|recue?s?|depot|enregistre[es]*|formulaire|recours|complet|transmis/,
        "depot"
      ),
      (/courrier|lettre/, "courrier-precedent"),
    ]
    var best: (end: Substring.Index, role: String)?
    for (pattern, role) in words {
      guard let last = before.ranges(of: pattern).last else { continue }
      if best.map({ last.upperBound > $0.end }) ?? true { best = (last.upperBound, role) }
    }
    guard let best, before.distance(from: best.end, to: before.endIndex) < 70 else { return nil }
    return best.role == "courrier-precedent" ? "autre" : best.role
  }

  /// The line that it stands in, as printed.
  private static func label(_ day: LetterDates.Found, _ text: FoldedText) -> String {
    let characters = text.characters
    var start = day.places.lowerBound
    while start > 0, day.places.lowerBound - start < 60, !"\n\t".contains(characters[start - 1]) {
      start -= 1
    }
    let printed = String(characters[start..<day.places.upperBound])
    return printed.split(separator: " ").joined(separator: " ")
  }
}
