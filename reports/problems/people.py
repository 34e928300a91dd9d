"""What can go wrong with people, groups and their logos."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "last_manager": _(
        "%(name)s is the last manager of “%(group)s”. Make somebody else a manager first; then this can be changed."
    ),
    "account_exists": _("%(email)s has an account already. Invite it to a group, or leave out the invitation."),
    "member_already": _("%(email)s is in “%(group)s” already. Change the role in the list of its people."),
    "invitation_used": _("This invitation has been used already. If it was you, sign in."),
    "invitation_expired": _("This invitation is too old: it could be used for a week. Ask %(name)s for a new one."),
    "invitation_void": _("%(name)s, who invited you, may no longer do so. Ask another manager or your operator."),
    "account_inactive": _("The account of %(email)s has been deactivated. Ask your operator."),
    "tries_too_many": _(
        "That was tried too often, so nothing is looked at for a while. Wait %(minutes)s minutes, then try again."
    ),
    "mail_not_taken": _("The message could not be sent, because the broker does not answer. Try again in a minute."),
    "unknown_place": _("There is no %(unknown)s. What can be filled in is %(known)s."),
    # Logos.
    "logo_bytes": _("The file has more than %(limit)s MB. Save the logo smaller."),
    "logo_not_a_picture": _("This is not a picture that can be used. Bring a PNG, JPEG, WebP, GIF or SVG."),
    "logo_pixels": _(
        "The picture has %(width)s by %(height)s pixels, which is more than %(most)s million. Save it smaller."
    ),
    "logo_pixels_unsaid": _("The picture has more than %(most)s million pixels. Save it smaller."),
    "logo_animated": _("The picture moves, and paper does not. Save one frame of it."),
    "logo_damaged": _("The picture is damaged or incomplete. Save it again."),
    "logo_svg_element": _(
        "The drawing contains “%(element)s”, which is not allowed in a logo. Save it as plain SVG, with text as paths."
    ),
    "logo_svg_reference": _("The drawing refers to “%(address)s”. A logo must not load anything: embed its shapes."),
    "logo_svg_entities": _("The drawing defines entities, which are not allowed. Save it as plain SVG."),
    "logo_svg_large": _(
        "The drawing has more than %(elements)s elements, or more than %(depth)s inside one another, or copies of "
        "copies. Make it simpler."
    ),
    "logo_svg_size": _("The drawing does not say how large it is. Save it with a width and a height."),
}
