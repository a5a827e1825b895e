/// `junit.xml`: every promise, comparison and condition of a run as a test case, for machines that
/// show test results.
package struct JUnitReport: Sendable {
  package let text: String

  private struct Case {
    let group: String
    let name: String
    let failure: String?
  }

  package init(_ summary: Summary) {
    var cases: [Case] = summary.thresholds.map {
      Case(
        group: "thresholds", name: $0.text,
        failure: $0.holds ? nil : "\($0.actual)\($0.reason.map { ". Asked because: \($0)" } ?? "")")
    }
    for row in summary.reconciliation?.rows ?? [] {
      let status = row.status.map(String.init) ?? "in all"
      cases.append(
        Case(
          group: "reconciliation", name: "\(row.method) \(row.route) \(status)",
          failure: row.holds ? nil : "client \(row.client), server \(row.server)"))
    }
    for check in summary.reconciliation?.checks ?? [] {
      cases.append(
        Case(
          group: "reconciliation", name: "\(check.subject): \(check.ours) and \(check.theirs)",
          failure: check.holds
            ? nil : "\(check.ours) \(check.oursValue), \(check.theirs) \(check.theirsValue)"))
    }
    if let overhead = summary.overhead {
      cases.append(
        Case(
          group: "run", name: "overhead told three ways",
          failure: overhead.holds ? nil : "they do not agree"))
    }
    cases.append(
      Case(
        group: "run", name: "the generator kept up",
        failure: summary.isValid ? nil : summary.generator.faults.joined(separator: "; ")))
    cases.append(
      Case(
        group: "run", name: "the target answers to the end",
        failure: summary.ending == "target_lost" ? summary.failures.last : nil))
    // Whatever else failed is here, so that this file and the exit code cannot disagree.
    cases.append(
      Case(
        group: "run", name: "verdict",
        failure: summary.exitCode == 0 ? nil : summary.failures.joined(separator: "; ")))
    let failed = cases.count { $0.failure != nil }
    let suite = XMLText.escaped("phoenix-loadtest \(summary.scenario)")
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text += "<testsuites tests=\"\(cases.count)\" failures=\"\(failed)\">\n"
    text += "  <testsuite name=\"\(suite)\" tests=\"\(cases.count)\" failures=\"\(failed)\" "
    text += "time=\"\(Fixed(summary.measuredS, 3))\" timestamp=\"\(summary.startedAt)\">\n"
    for item in cases {
      let head =
        "    <testcase classname=\"\(suite).\(item.group)\" name=\"\(XMLText.escaped(item.name))\""
      if let failure = item.failure {
        text += head + "><failure message=\"\(XMLText.escaped(failure))\"/></testcase>\n"
      } else {
        text += head + "/>\n"
      }
    }
    self.text = text + "  </testsuite>\n</testsuites>\n"
  }
}

/// Text for XML and HTML.
enum XMLText {
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      // XML has no place for other control characters, escaped or not.
      case _ where scalar.value < 0x20 && scalar != "\n" && scalar != "\t": escaped += "\u{fffd}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
