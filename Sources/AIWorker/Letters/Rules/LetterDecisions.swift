import WorkerAPI

/// Puts together what a letter decides: which aid, which way, from when to when.
struct LetterDecisions {
  typealias Decision = LetterAnalysis.Decision

  private(set) var decisions: [Decision] = []
  /// Places of decisions that a weak word made: a plain one about the same aid takes them back.
  private var weak: Set<Int> = []
  private let kind: LetterKind
  private let rate: String?
  private let verdicts: LetterVerdicts
  private let days: [LetterDayRoles.Day]
  private let text: FoldedText

  init(
    _ text: FoldedText, subject: String, kind: LetterKind, table: LetterTable,
    verdicts: LetterVerdicts, days: [LetterDayRoles.Day], isForm: Bool
  ) {
    self.kind = kind
    self.text = text
    self.days = days
    self.verdicts = verdicts
    rate = LetterRate.find(in: text.plain)
    guard kind != .receipt, kind != .pieces, kind != .cafPayment, kind != .summons,
      kind != .proposal, kind != .reminder, kind != .school
    else { return }
    // A form's boxes are no table: what belongs to them stands on lines around them.
    if isForm { readSentences(text) }
    if decisions.isEmpty {
      for entry in table.entries {
        add(entry.aid, entry.verdict, entry.debut?.text, entry.fin?.text)
      }
    }
    if decisions.isEmpty, !isForm { readSentences(text) }
    // `Vos demandes de PCH` above its elements, each with its own decision.
    if decisions.contains(where: { $0.aide.hasPrefix("PCH-") }) {
      decisions.removeAll { $0.aide == AidNames.compensation }
    }
    if decisions.isEmpty { readSubject(subject) }
    if kind == .cafDebt { addPeriod() }
    // The rate for which the card for invalidity is refused is no matter of another card.
    if decisions.contains(where: { $0.aide == "CMI-INVALIDITE" && $0.sens == .rejet }) {
      for index in decisions.indices
      where decisions[index].aide == "CMI-PRIORITE" && decisions[index].sens == .accord {
        decisions[index].taux = nil
      }
    }
    // Without an element it is the one for human help.
    for index in decisions.indices where decisions[index].aide == AidNames.compensation {
      decisions[index].aide = AidNames.humanHelp
    }
  }

  /// What was paid too much has one period, wherever the letter says it.
  private mutating func addPeriod() {
    let period = days.filter { $0.role == "periode" }.map(\.found.day)
    guard period.count >= 2 else { return }
    for index in decisions.indices where decisions[index].debut == nil {
      decisions[index].debut = period[0].text
      decisions[index].fin = period[1].text
    }
  }

  private var isAboutCards: Bool { kind == .notificationCMI }

  // MARK: Sentences

  private struct Unit {
    let places: Range<Int>
    let aids: [AidNames.Found]
    let verdicts: [LetterVerdicts.Found]
    /// What commas, `et` and `mais` part.
    let clauses: [Range<Int>]
  }

  private mutating func readSentences(_ text: FoldedText) {
    let conditions = /s'adresse[a-z]*[ \n]+aux|reservee?s?[ \n]+aux|personnes[ \n]+(?:dont|qui)\b/
    let isCompensation = text.plain.contains(/\bpch\b|prestation de compensation/)
    func aids(in plain: String) -> [AidNames.Found] {
      AidNames.find(in: plain, isAboutCards: isAboutCards, isCompensation: isCompensation)
    }
    var asked: [String] = []
    var latest: [Int] = []
    var whole: (verdict: LetterVerdicts.Found, debut: String?, fin: String?)?
    var elements: [String] = []
    var carried: LetterVerdicts.Found?
    for places in LetterSentences.split(text) {
      let plain = String(text.plain(places))
      var aids = aids(in: plain)
      if let complement = AidNames.formComplement(in: text, at: places, besides: aids) {
        aids.removeAll { $0.code == "AEEH" }
        aids.append(complement)
      }
      var found = verdicts.find(in: plain)
      if let why = LetterSentences.reason(in: plain, after: found) {
        found.removeAll { $0.places.lowerBound >= why }
        if let first = aids.first, first.places.upperBound <= why {
          aids.removeAll { $0.places.lowerBound >= why }
        }
      }
      // `Vous nous demandez pourquoi … ne vous est pas versée`
      if plain.contains("pourquoi"), !plain.contains(/pourquoi ?[?:]/) { found = [] }
      if kind == .cafDebt { found.removeAll { $0.direction != .information } }
      let isItem = plain.contains(/^[ \n\t]*(?:[\-*]|[0-9a-z]{1,2}[.)\/])/)
      if !isItem { carried = nil }
      // `La commission vous accorde :` decides every line of the list below.
      if let verdict = found.last, plain.contains(/: *[\n\t ]*$/) { carried = verdict }
      if isItem, found.isEmpty, !aids.isEmpty, let verdict = carried { found = [verdict] }
      if isItem, found.isEmpty, aids.isEmpty, carried != nil { continue }
      // Whom an aid is for says nothing about this family.
      if found.isEmpty, plain.contains(conditions) { aids = [] }
      let unit = Unit(
        places: places, aids: aids, verdicts: found, clauses: LetterSentences.clauses(plain))
      if !aids.isEmpty, !found.isEmpty {
        latest = read(unit)
        asked = []
        if aids.allSatisfy(\.isWhole), let verdict = found.first {
          let period = period(in: places, from: places.lowerBound, to: places.upperBound)
          whole = (verdict, period.debut, period.fin)
        }
      } else if !aids.isEmpty, aids.allSatisfy({ aid in isDecided(aid.code, latest) }),
        hasPeriod(places)
      {
        complete(latest, places)
      } else if !aids.isEmpty {
        asked = aids.map(\.code)
        if whole != nil { elements += aids.filter { !$0.isWhole }.map(\.code) }
      } else if asked.isEmpty, !latest.isEmpty,
        found.allSatisfy({ $0.isWeak || latestIs($0.direction, latest) })
      {
        complete(latest, places)
      } else if let verdict = found.first, !asked.isEmpty {
        let period = period(in: places, from: places.lowerBound, to: places.upperBound)
        latest = asked.compactMap { add($0, verdict, period.debut, period.fin) }
        asked = []
      } else if found.isEmpty || kind == .cafDebt {
        complete(latest, places)
      }
    }
    // `La PCH vous est versée du … au … : aide humaine, aides techniques.`
    elements.removeAll { !$0.hasPrefix("PCH-") }
    guard let whole, !elements.isEmpty else { return }
    weak = []
    decisions.removeAll {
      $0.aide == AidNames.compensation && $0.sens == whole.verdict.direction
    }
    for code in elements { add(code, whole.verdict, whole.debut, whole.fin) }
  }

  private func latestIs(
    _ direction: Decision.Direction, _ latest: [Int]
  ) -> Bool { latest.allSatisfy { decisions[$0].sens == direction } }

  private func isDecided(_ aid: String, _ latest: [Int]) -> Bool {
    latest.contains { decisions[$0].aide == aid }
  }

  private func hasPeriod(_ places: Range<Int>) -> Bool {
    let period = period(in: places, from: places.lowerBound, to: places.upperBound)
    return period.debut != nil || period.fin != nil
  }

  /// `Cette décision est valable du … au …` speaks of what was decided just before.
  private mutating func complete(_ latest: [Int], _ places: Range<Int>) {
    guard !text.plain(places).contains(/anterieur|precedent|ancien|prenait fin|arrivai/) else {
      return
    }
    let period = period(in: places, from: places.lowerBound, to: places.upperBound)
    for index in latest where decisions[index].sens != .rejet {
      if decisions[index].debut == nil { decisions[index].debut = period.debut }
      if decisions[index].fin == nil { decisions[index].fin = period.fin }
    }
  }

  private mutating func read(_ unit: Unit) -> [Int] {
    var added: [Int] = []
    var chosen: [(aid: AidNames.Found, verdict: LetterVerdicts.Found)] = []
    for aid in unit.aids {
      // `Le SESSAD est accordé, l'IME est refusé`: its own clause says it, where it says anything.
      let clause = unit.clauses.first { $0.contains(aid.places.lowerBound) }
      let own = unit.verdicts.filter { clause?.contains($0.places.lowerBound) ?? false }
      let nearest = (own.isEmpty ? unit.verdicts : own).min {
        cost($0, aid, unit) < cost($1, aid, unit)
      }
      guard let nearest else { continue }
      let isBehind = aid.places.lowerBound < nearest.places.lowerBound
      if nearest.isForward, isBehind,
        unit.aids.contains(where: { $0.places.lowerBound > nearest.places.lowerBound })
      {
        continue
      }
      chosen.append((aid, nearest))
    }
    for (index, pair) in chosen.enumerated() {
      // Days belong to the aid or the verdict that stands before them.
      let isAlone = Set(chosen.map(\.aid.code)).count == 1
      let from = min(pair.aid.places.lowerBound, pair.verdict.places.lowerBound)
      let next = index + 1 < chosen.count ? chosen[index + 1] : nil
      let to = next.map {
        min($0.aid.places.lowerBound, max($0.verdict.places.lowerBound, pair.aid.places.upperBound))
      }
      let start = unit.places.lowerBound
      let sharesVerdict = next.map { $0.verdict.places == pair.verdict.places } ?? false
      let end = sharesVerdict ? unit.places.upperBound : to.map { start + $0 }
      let period = period(
        in: unit.places, from: isAlone ? start : start + from,
        to: isAlone ? unit.places.upperBound : end ?? unit.places.upperBound)
      if let place = add(pair.aid.code, pair.verdict, period.debut, period.fin) {
        added.append(place)
      }
    }
    return added
  }

  /// How far a verdict stands from an aid; other aids and commas between them part them.
  private func cost(
    _ verdict: LetterVerdicts.Found, _ aid: AidNames.Found, _ unit: Unit
  ) -> Int {
    let (low, high) =
      verdict.places.lowerBound < aid.places.lowerBound
      ? (verdict.places.upperBound, aid.places.lowerBound)
      : (aid.places.upperBound, verdict.places.lowerBound)
    let between = unit.aids.count { $0.places.lowerBound >= low && $0.places.upperBound <= high }
    let behind = verdict.places.lowerBound > aid.places.lowerBound ? 4 : 0
    return max(0, high - low) + between * 25 + behind
  }

  /// The first whole period within some places, else its ends one by one.
  private func period(in places: Range<Int>, from: Int, to: Int) -> (debut: String?, fin: String?) {
    let within = days.filter { (from..<max(from, to)).contains($0.found.places.lowerBound) }
    for (first, second) in zip(within, within.dropFirst()) where isPeriod(first, second) {
      return (first.found.day.text, second.found.day.text)
    }
    var (debut, fin): (String?, String?) = (nil, nil)
    for day in within {
      switch day.role {
      case "debut" where kind == .cafDebt, "fin" where kind == .cafDebt: break
      case "debut": debut = debut ?? day.found.day.text
      case "fin": fin = fin ?? day.found.day.text
      case "periode":
        if debut == nil { debut = day.found.day.text } else { fin = fin ?? day.found.day.text }
      default: break
      }
    }
    if debut == nil, fin == nil, isSamePeriod(from..<max(from, to)),
      let last = decisions.last(where: { $0.debut != nil })
    {
      return (last.debut, last.fin)
    }
    return (debut, fin)
  }

  /// `et ce pour la même durée`
  private func isSamePeriod(_ places: Range<Int>) -> Bool {
    let plain = text.plain(places)
    return plain.contains("meme")
      && plain.contains(/\bmemes?[ \n]+(?:duree|periode|dates|echeance)/)
  }

  /// Two days of which the second ends what the first begins, one right after the other.
  private func isPeriod(_ first: LetterDayRoles.Day, _ second: LetterDayRoles.Day) -> Bool {
    guard kind != .cafDebt, second.role == "fin", first.found.day < second.found.day,
      ["debut", "autre"].contains(first.role)
    else { return false }
    // `soit le 1er septembre 2026, au 31 août 2028`
    return second.found.places.lowerBound - first.found.places.upperBound
      < (first.role == "debut" ? 60 : 16)
  }

  // MARK: The subject

  private mutating func readSubject(_ subject: String) {
    let aids = AidNames.find(in: subject, isAboutCards: isAboutCards)
    guard let verdict = verdicts.find(in: subject).first else { return }
    let debut = days.first { $0.role == "debut" || $0.role == "periode" }?.found.day
    let fin = days.first { $0.role == "fin" || ($0.role == "periode" && $0.found.day != debut) }
    for aid in aids { add(aid.code, verdict, debut?.text, fin?.found.day.text) }
  }

  // MARK: One decision

  /// Adds a decision, or completes the one about the same aid; its place.
  @discardableResult
  private mutating func add(
    _ aid: String, _ verdict: LetterVerdicts.Found, _ debut: String?, _ fin: String?
  ) -> Int? {
    let isRefusal = verdict.direction == .rejet
    if let index = decisions.firstIndex(where: { $0.aide == aid }) {
      if weak.contains(index), !verdict.isWeak, decisions[index].sens != verdict.direction {
        weak.remove(index)
        decisions[index] = decision(aid, verdict, debut, fin)
        return index
      }
      if decisions[index].sens == verdict.direction, !isRefusal {
        decisions[index].debut = decisions[index].debut ?? debut
        decisions[index].fin = decisions[index].fin ?? fin
      }
      return index
    }
    if verdict.isWeak { weak.insert(decisions.count) }
    decisions.append(decision(aid, verdict, debut, fin))
    return decisions.count - 1
  }

  private func decision(
    _ aid: String, _ verdict: LetterVerdicts.Found, _ debut: String?, _ fin: String?
  ) -> Decision {
    let isRefusal = verdict.direction == .rejet
    return Decision(
      aide: aid, sens: verdict.direction, debut: isRefusal ? nil : debut,
      fin: isRefusal ? nil : fin, taux: rate(of: aid, verdict.direction), detail: verdict.detail)
  }

  /// The rate matters for these aids; a card for invalidity is granted from 80 % on.
  private func rate(of aid: String, _ direction: Decision.Direction) -> String? {
    guard direction != .information else { return nil }
    if aid == "CMI-INVALIDITE" { return direction == .accord ? rate ?? ">=80" : rate }
    return aid.hasPrefix("AEEH") || aid == "AAH" || aid == "CMI-PRIORITE" ? rate : nil
  }
}
