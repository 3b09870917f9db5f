/// What outages cost whom, as far as a plan does not know it by itself.
extension Plan {
    /// The domains of the virtual machines that lose traffic.
    package var interruptedDomains: Set<Int> { Set((outages ?? []).lazy.flatMap(\.guests).map(\.domain)) }

    /// Names virtual machines that lose traffic.
    package mutating func nameGuests(_ names: [Int: String]) {
        guard !names.isEmpty else { return }
        outages = outages?.map { outage in
            var outage = outage
            outage.guests = outage.guests.named(names)
            return outage
        }
    }

    /// Says of each outage that ends how long it will take, as far as the durations of earlier runs tell.
    package mutating func predictOutages(by durations: MeasuredDurations) {
        for (index, prediction) in durations.predictions(for: self).enumerated() {
            outages?[index].prediction = prediction
        }
    }
}
