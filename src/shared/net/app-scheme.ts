const KEPT = new Set(
  (
    'about android-app blob cid content data dns facetime feed file filesystem ftp ftps geo git gopher http https ' +
    'imap intent irc itms itms-apps itms-appss itms-services jar java javascript ldap ldaps livescript mailto maps ' +
    'market mhtml mid mms mmsto mocha news nfs nntp pop res resource rtsp sftp shell sip sips sms smb smsto ssh ' +
    'tel telnet urn vbscript view-source vnd wais webcal ws wss wyciwyg'
  ).split(' '),
);
const KEPT_FAMILY = /^(?:(?:brave|chrome|edge|firefox|microsoft|moz|ms|opera|safari|search|vivaldi|x)(?:-|$)|web\+)/;
const SCHEME = /^[a-z][a-z0-9+.-]*$/;

export function isAppScheme(scheme: string): boolean {
  return SCHEME.test(scheme) && !KEPT.has(scheme) && !KEPT_FAMILY.test(scheme);
}
