/// What stands around a day, and what that makes of it.
///
/// Its patterns are made once for a letter: making one costs more than ten searches with it.
struct LetterDayContext {
  private let sentenceEnd = /[.;!?] +/
  private let weekday = /(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) $/
  private let lineEnd = /^ ?[.]?[\n\t]/
  private let letterLine =
    #/
        ^\h?:?\h?(?:fait\h)?(?:a\h)?[a-z'\h\-]{0,40},?\h?\ble\h(?:lundi\h|mardi\h|mercredi\h|jeudi\h
        |vendredi\h|samedi\h|dimanche\h)?$
    /#
  private let otherUse =
    #/
      \b(?:avant|depuis|paye|verse|nee?|recue?|deposee?|reunie|jusqu|entre|et\hle|ou\hle|cdaph
      |commission|mdph|decision|commence|debut|finit|fini\b|termine|valable|arrete|effet)
      |^\h?(?:du|au)\b
    /#
  private let letterWords =
    #/
        (?:^|\b)(?:date(?:\hdu\hcourrier|\hd'edition|\hd'envoi|\hde\hnotification)?|edite[e]?\h
        le|emis[e]?\hle|courrier\hdu|envoye[e]?\hle)\h?:?\h?(?:le\h)?$
    /#
  private let pair =
    /^[ ,]*(?:(?:et )?(?:jusqu')?(?:au|a) (?:[a-z]+di )?|(?:et|-+>?|>) ?(?:le )?(?:[a-z]+di )?)$/
  private let periodLead = /periode[a-z ]{0,30}(?:du|de) $/
  private let pairLead = /(?:\bdu|de|depuis le|a compter du|a partir du|entre le|:|\() ?$/
  private let beginning =
    #/
        (?:a\hcompter\hd[ue]\h?:?|a\hpartir\hd[ue]\h?:?|commence(?:ra)?\hle|debute(?:ra)?\hle
        |\bcourt\hdu|depuis\hle|des\hle|\bentre\hle|(?:d'|date\hd')?ouverture
        \h?:?|date\hde\hdebut\h?:?|debut\h?:
        |\bouvert[a-z]*\b[^.;:]{0,90}\bau|effet\h(?:au|du|le|:)|debut(?:\hdes\h
        droits|\hde\hdroit|\hle)?\h?:?)\h?$
    /#
  private let secondEnd = /^[ ,]*(?:(?:et )?(?:jusqu')?(?:au|a)|et le|->?|>) ?$/
  private let periodLeadBefore = /periode[a-z ]{0,30}du ?$/
  private let deadline =
    /(?:sans reponse|sans nouvelle|avant|plus tard)[a-z ']{0,60}(?:le|au) ?$/
  private let ending =
    #/
        (?:jusqu'au|jusqu'a\h?:|\bfini(?:t|ra)\hle|s'arrete(?:ra)?\hle
        |\bfin(?:\hdes\hdroits|\hde\hdroit|\hde\hvalidite|\hle)?\h?:?
        |expire(?:ra)?\hle|valable\hjusqu[a-z']*\h?(?:au|le)?
        |valide\hjusqu[a-z']*\h?(?:au|le)?|echeance(?:\h
        des\hdroits)?\h?(?:au|le|:)?|(?:prend|prendra|arrive|arrivera)\h(?:fin|a\hecheance)\hle
        |(?:se\htermine|s'acheve|cesse)[a-z]*\h(?:de\hplein\hdroit\h)?(?:le|au))\h?$
    /#
  /// The word that stands nearest before a day says what it is for.
  private let words: [(Regex<Substring>, String)] = [
    (/\bnee? (?:\(e\) )?(?:le|:)|\bnaissance/, "naissance"),
    (/\bne\(e\)|\bne le/, "naissance"),
    (
      /rendez-vous|convoque[es]*|vous recev|vous rencontr|vous attend|entretien|visite|audience/,
      "rendez-vous"
    ),
    (/avant|au plus tard|date limite|sans reponse|delai|d'ici/, "echeance"),
    (/paye[es]*|verse[es]*|virement|versement|paiement|regle[es]*/, "paiement"),
    (
      /reunie?|seance|commission|cdaph|par decision|decide|statue|notifie[es]*|arrete du/,
      "seance"
    ),
    (
      #/
        demande|sollicit|depose[es]*|recue?s?|depot|enregistre[es]*|formulaire|recours|complet
        |transmis
      /#,
      "depot"
    ),
    (/courrier|lettre/, "courrier-precedent"),
  ]

  /// The role of a day between its neighbours.
  /// - Parameter mayBeLetterDay: the letter's own day has not been found yet.
  func role(
    _ day: LetterDates.Found, _ previous: LetterDates.Found?, _ next: LetterDates.Found?,
    _ text: FoldedText, mayBeLetterDay: Bool
  ) -> String {
    let places = day.places
    var start = max(0, places.lowerBound - 110)
    if let previous, previous.places.upperBound <= places.lowerBound {
      start = max(start, previous.places.upperBound)
    }
    let raw = text.plain(start..<places.lowerBound)
    let after = text.plain(places.upperBound..<min(text.characters.count, places.upperBound + 30))
    let endsLine = after.isEmpty || after.contains(lineEnd)
    if mayBeLetterDay, isLetterDay(places.lowerBound, endsLine: endsLine, text) {
      return "courrier"
    }
    // Only the sentence that it stands in.
    let flat = String(raw.map { $0 == "\n" || $0 == "\t" ? " " : $0 })
      .replacing("  ", with: " ")
    let sentence = flat.ranges(of: sentenceEnd).last.map { flat[$0.upperBound...] } ?? flat[...]
    let before = withoutWeekday(sentence)
    if let role = periodRole(before, day, previous, next, text) { return role }
    return nearestRole(before) ?? "autre"
  }

  private func withoutWeekday(_ text: Substring) -> Substring {
    return text.firstMatch(of: weekday).map { text[..<$0.range.lowerBound] } ?? text
  }

  /// `Ville, le …` alone on its line, or a line that says so.
  private func isLetterDay(_ place: Int, endsLine: Bool, _ text: FoldedText) -> Bool {
    let whole = text.plain(max(0, place - 110)..<place)
    let start = whole.lastIndex { $0 == "\n" || $0 == "\t" }.map { whole.index(after: $0) }
    let wholeLine = whole[(start ?? whole.startIndex)...]
    let line = withoutWeekday(wholeLine)
    // A label and its day may stand in two cells.
    let flat = String(whole.suffix(48).map { $0 == "\n" || $0 == "\t" ? " " : $0 })
    if withoutWeekday(flat.replacing("  ", with: " ")[...]).contains(letterWords) { return true }
    // A line that begins in small letters goes on with a sentence.
    let first = place - wholeLine.utf8.count
    let begins = text.characters[max(0, min(first, place))...].prefix(24)
    let isOwnLine =
      begins.first(where: \.isLetter)?.isUppercase == true
      || line.contains(/^\h?:?\h?(?:le|a|fait)\h/)
    return isOwnLine && endsLine && line.contains(letterLine) && !line.contains(otherUse)
  }

  /// `… au …`: two ends of one period.
  func isPair(
    _ first: LetterDates.Found, _ second: LetterDates.Found, _ text: FoldedText
  ) -> Bool {
    guard second.places.lowerBound >= first.places.upperBound else { return false }
    let between = text.plain(first.places.upperBound..<second.places.lowerBound)
    let flat = String(between.map { $0 == "\n" || $0 == "\t" ? " " : $0 })
      .replacing("  ", with: " ")
    return flat.count < 16 && flat.contains(pair)
  }

  private func periodRole(
    _ before: Substring, _ day: LetterDates.Found, _ previous: LetterDates.Found?,
    _ next: LetterDates.Found?, _ text: FoldedText
  ) -> String? {
    let isPeriod = before.contains(periodLead)
    if let next {
      if isPair(day, next, text),
        before.contains(pairLead)
      {
        return isPeriod ? "periode" : "debut"
      }
    }
    if before.contains(beginning) {
      return "debut"
    }
    if let previous, before.count < 16,
      before.contains(secondEnd),
      previous.places.upperBound < day.places.lowerBound
    {
      let lead = text.plain(max(0, previous.places.lowerBound - 60)..<previous.places.lowerBound)
      return lead.replacing("\n", with: " ").contains(periodLeadBefore)
        ? "periode" : "fin"
    }
    if before.contains(deadline) {
      return "echeance"
    }
    if before.contains(ending) {
      return "fin"
    }
    return nil
  }

  /// The role whose word stands nearest before the day.
  private func nearestRole(_ before: Substring) -> String? {
    var best: (end: Substring.Index, role: String)?
    for (pattern, role) in words {
      guard let last = before.ranges(of: pattern).last else { continue }
      if best.map({ last.upperBound > $0.end }) ?? true { best = (last.upperBound, role) }
    }
    guard let best, before.distance(from: best.end, to: before.endIndex) < 70 else { return nil }
    return best.role == "courrier-precedent" ? "autre" : best.role
  }
}
