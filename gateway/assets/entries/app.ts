// Every page loads this. Nothing here is needed to use the portal; it makes it quicker.
import "../src/requests";
import "../src/menus";
import "../src/forms";
import "../src/dialogs";
import "../src/upload";
import "../src/palette";
import "../src/rail";
import "../src/rows";
import "../src/folders";
import "../src/worker";
import "../src/fresh";
