/// How an action interrupts traffic while it is done, besides what does not pass afterwards.
enum Disruption {
    /// Only that which does not pass afterwards is interrupted.
    case whatIsGone
    /// Open vSwitch makes these devices anew.
    case remade(Set<DeviceName>)
    /// A card loses its link for a moment.
    case restarted(DeviceName)

    /// What an action between two states interrupts; `nil` where such an action interrupts nothing.
    init?(by action: Action, before: ObservedState, after: ObservedState) {
        switch action {
        case .deleteLink, .setDown, .setMaster, .setBondMode: self = .whatIsGone
        case .changeVswitch:
            self = .remade((after.vswitch ?? VswitchState()).devicesMade(since: before.vswitch ?? VswitchState()))
        case .setLinkSettings(let card, _), .setMTU(let card, _):
            // Such a card loses its link when its settings or MTU change; virtual devices do not.
            guard before.isRunningCard(card) else { return nil }
            self = .restarted(card)
        default: return nil
        }
    }

    /// Whether the traffic of a bridge or bridgeless device is interrupted although it passes afterwards.
    func concerns(_ name: DeviceName, _ after: Traffic) -> Bool {
        switch self {
        case .whatIsGone: false
        case .remade(let devices): devices.contains(name)
        case .restarted(let card): after.depends(name, on: card)
        }
    }
}

extension ObservedState {
    /// Whether a device is a physical card that is up.
    fileprivate func isRunningCard(_ name: DeviceName) -> Bool {
        guard let link = links[name], case .other(nil) = link.kind else { return false }
        return link.isUp
    }
}
